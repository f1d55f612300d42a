from django.http import HttpResponse
from django.views.decorators.http import require_safe

from organizations.access import any_member
from organizations.middleware import OrganizationRequest
from organizations.models import Organization


def brand_stylesheet(organization: Organization) -> HttpResponse:
    """The firm's colour as a stylesheet: the content policy allows no inline style, and needs none."""
    css = f":root{{--tk-brand:{organization.brand};--tk-on-brand:{organization.on_brand}}}\n"
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": "private, max-age=300"})


@require_safe
@any_member
def brand_css(request: OrganizationRequest) -> HttpResponse:
    return brand_stylesheet(request.organization)
