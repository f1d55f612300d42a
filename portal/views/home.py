from django.http import HttpResponse
from django.views.decorators.http import require_safe

from organizations.views.brand import brand_stylesheet
from organizations.views.branding import logo_response
from portal.access import contact_required, open_to_link_holders
from portal.middleware import PortalRequest
from portal.rendering import render_portal
from portal.sections import is_all_sent, sections_for


@require_safe
@contact_required
def portal_home(request: PortalRequest) -> HttpResponse:
    """Everything asked of the contact. `?open=` names the item to unfold; else it is the first."""
    sections = sections_for(request.contact)
    first = next((item.request.pk for section in sections for item in section.to_send), "")
    context = {
        "sections": sections,
        "is_all_sent": is_all_sent(sections),
        "is_empty": not sections,
        "is_alone": len(sections) == 1,
        "sent_count": sum(section.sent_count for section in sections),
        "open_id": request.GET.get("open") or str(first),
    }
    return render_portal(request, "portal/home.html", context)


@require_safe
@open_to_link_holders
def portal_brand_css(request: PortalRequest) -> HttpResponse:
    return brand_stylesheet(request.organization)


@require_safe
@open_to_link_holders
def portal_logo(request: PortalRequest) -> HttpResponse:
    return logo_response(request.organization)
