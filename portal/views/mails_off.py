from django.http import Http404, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.access import open_to_link_holders
from portal.mails_off import is_mails_off_token
from portal.middleware import PortalRequest
from portal.models import PortalPreference
from portal.rendering import render_portal


@csrf_exempt  # mail programs press this for their owner (RFC 8058); the token in the address is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_link_holders
def portal_mails_off(request: PortalRequest, token: str) -> HttpResponse:
    """Mail scanners follow links, so looking turns nothing off: the button does."""
    if not is_mails_off_token(request.holder, token):
        raise Http404("Not a link of ours.")
    if is_off := request.method == "POST":
        off = PortalPreference.Reminders.OFF
        PortalPreference.objects.update_or_create(contact=request.holder, defaults={"reminders": off})
    return render_portal(request, "portal/mails_off.html", {"is_off": is_off})
