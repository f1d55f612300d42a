"""What the firm's people do about a contact's portal. Mounted among the firm's pages."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clients.models import Client, ClientContact, RequestEvent
from clients.models.project import open_to
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from portal.jobs import send_portal_link
from portal.models import MagicLinkToken, PortalPreference, PortalSession, ReminderSnooze
from portal.sign_in import revoke_all, revoke_link, revoke_session


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def portal_invitation_send(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    contact = _visible_contact(request, contact_id)
    if contact.portal_access:
        send_portal_link.enqueue(contact_id=contact.pk)
        messages.success(request, f"Portal link sent to {contact.name}, {contact.email}")
    else:
        messages.warning(request, f"{contact.name} may not use the portal, so no link was sent. Allow it first.")
    return redirect(contact.client)


@require_safe
@requires(Permission.MANAGE_REQUESTS)
def portal_access(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    """What opens the contact's portal now: links mailed and not used yet, and browsers signed in."""
    contact = _visible_contact(request, contact_id)
    context = {
        "contact": contact,
        "client": contact.client,
        "links": MagicLinkToken.objects.live().filter(contact=contact).order_by("-created_at"),
        "preference": PortalPreference.of(contact),
        "quiet": ReminderSnooze.objects.filter(contact=contact, until__gt=timezone.localdate()).first(),
        "asked": contact.colleague_invitations.select_related("answered_by").order_by("-created_at")[:20],
        "events": RequestEvent.objects.filter(
            open_to(request.member, project="request__request_list__project"), contact=contact
        )
        .select_related("request__request_list")
        .order_by("-created_at")[:10],
        "mails": contact.reminder_mails.select_related("sent_by", "contact").order_by("-created_at")[:5],
        "sessions": PortalSession.objects.live().filter(contact=contact).order_by("-last_seen_at"),
    }
    return render(request, "portal/staff/access.html", context)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def portal_link_revocation(request: OrganizationRequest, portal_link_id: UUID) -> HttpResponse:
    links = MagicLinkToken.objects.filter(contact__in=_visible_contacts(request)).select_related("contact")
    link = get_object_or_404(links, pk=portal_link_id)
    revoke_link(link)
    messages.success(request, f"The {link.get_purpose_display().lower()} sent to {link.contact.name} works no longer")
    return redirect("portal_access", contact_id=link.contact_id)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def portal_session_revocation(request: OrganizationRequest, session_id: UUID) -> HttpResponse:
    sessions = PortalSession.objects.filter(contact__in=_visible_contacts(request)).select_related("contact")
    session = get_object_or_404(sessions, pk=session_id)
    revoke_session(session)
    messages.success(request, f"{session.contact.name} is signed out of that browser: {session.device}")
    return redirect("portal_access", contact_id=session.contact_id)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def portal_access_revocation(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    contact = _visible_contact(request, contact_id)
    revoke_all(contact)
    messages.success(
        request, f"{contact.name} is signed out of the portal everywhere, and links sent before work no longer"
    )
    return redirect("portal_access", contact_id=contact.pk)


def _visible_contacts(request: OrganizationRequest) -> QuerySet[ClientContact]:
    return ClientContact.objects.filter(client__in=Client.objects.visible_to(request.member))


def _visible_contact(request: OrganizationRequest, contact_id: UUID) -> ClientContact:
    return get_object_or_404(_visible_contacts(request).select_related("client"), pk=contact_id)
