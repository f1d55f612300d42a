"""Where the contact is signed in: each browser, and a way to sign it out that works on its next click."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access import contact_required
from portal.middleware import PortalRequest
from portal.models import PortalSession
from portal.rendering import render_portal
from portal.sign_in import end_session, revoke_session


@require_safe
@contact_required
def portal_devices(request: PortalRequest) -> HttpResponse:
    """A person has a handful; the newest fifty stand for whoever has more."""
    sessions = _sessions(request).order_by("-last_seen_at", "pk")[:50]
    return render_portal(request, "portal/devices.html", {"sessions": sessions, "this": request.contact_session})


@require_POST
@contact_required
def portal_device_revocation(request: PortalRequest, session_id: UUID) -> HttpResponse:
    session = get_object_or_404(_sessions(request), pk=session_id)
    if session == request.contact_session:
        end_session(session)
        messages.success(request, _("You are signed out on this device."))
        return redirect("portal_entry")
    revoke_session(session)
    messages.success(request, _("%(device)s is signed out") % {"device": session.device})
    return redirect("portal_devices")


@require_POST
@contact_required
def portal_other_devices_revocation(request: PortalRequest) -> HttpResponse:
    for session in _sessions(request).exclude(pk=getattr(request.contact_session, "pk", None)):
        revoke_session(session)
    messages.success(request, _("All other devices are signed out"))
    return redirect("portal_devices")


def _sessions(request: PortalRequest) -> "QuerySet[PortalSession]":
    return PortalSession.objects.live().filter(contact=request.contact)
