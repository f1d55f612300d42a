from django.http import HttpResponse
from django.views.decorators.http import require_safe

from organizations.access import any_member
from organizations.colours import HEX, on_brand
from organizations.middleware import OrganizationRequest
from organizations.models import Organization


def brand_stylesheet(organization: Organization, colour: str = "") -> HttpResponse:
    """The firm's colour, or one tried out, as a stylesheet: the content policy allows no inline style, and needs none."""
    brand = colour or organization.brand
    css = f":root{{--tk-brand:{brand};--tk-on-brand:{on_brand(brand)}}}\n"
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": "private, max-age=300"})


@require_safe
@any_member
def brand_css(request: OrganizationRequest) -> HttpResponse:
    """`?try=6b2737` shows another colour: the preview in the firm's settings."""
    tried = f"#{request.GET.get('try', '')}"
    return brand_stylesheet(request.organization, tried if HEX.match(tried) else "")
