from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: mostly a page that was open while its person signed in or out elsewhere."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return render(request, "403_csrf.html", {"page_url": came_from if is_ours else ""}, status=403)


def failed(request: Any) -> HttpResponse:
    """Drawn without the request, whose person and firm may be what failed. The reference stands in the log, too."""
    context = {"reference": getattr(request, "id", ""), "moment": timezone.now()}
    return HttpResponse(render_to_string("500.html", context), status=500)
