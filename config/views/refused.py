import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import page_not_found

from accounts.call_limits import seconds_until_free
from config.middleware import PUBLIC_SITE, is_served, surface_of
from marketing.views.not_found import not_found as site_not_found

#: Fields whose names hold these are not sent again by a page of ours. A code is a word of its own: not that of the post.
SECRETS = re.compile(r"csrf|password|passcode|(?<![a-z])(code|credential)(?![a-z])", re.IGNORECASE)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: mostly a page that was open while its person signed in or out elsewhere."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return render(request, "403_csrf.html", {"page_url": came_from if is_ours else ""}, status=403)


def not_found(request: Any, exception: Exception) -> HttpResponse:
    """On the public site the site's own page; everywhere else that of the product."""
    is_public = getattr(request, "surface", "") == "site" and surface_of(request.path_info) == PUBLIC_SITE
    if is_public and is_served("marketing", request):
        return site_not_found(request)
    return page_not_found(request, exception)


def too_often(request: HttpRequest) -> HttpResponse:
    """Says how long to wait. What was typed is sent again by the button, but for secrets."""
    seconds = seconds_until_free(request)
    typed = [(name, value) for name, values in request.POST.lists() if not SECRETS.search(name) for value in values]
    context = {"retry_after": seconds, "is_form": request.method == "POST", "typed": typed}
    page = render(request, "429.html", context, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page


def failed(request: Any) -> HttpResponse:
    """Drawn without the request, whose person and firm may be what failed. The reference stands in the log, too."""
    context = {"reference": getattr(request, "id", ""), "moment": timezone.now()}
    return HttpResponse(render_to_string("500.html", context), status=500)
