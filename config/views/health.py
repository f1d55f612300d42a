from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Says that the process answers; asks no database."""
    return HttpResponse("ok\n", content_type="text/plain")
