"""What the firm's people do about a contact's portal. Mounted among the firm's pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from clients.models import Client, ClientContact
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from portal.jobs import send_portal_link
from portal.sign_in import revoke_all


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


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def portal_access_revocation(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    contact = _visible_contact(request, contact_id)
    revoke_all(contact)
    messages.success(
        request, f"{contact.name} is signed out of the portal everywhere, and links sent before work no longer"
    )
    return redirect(contact.client)


def _visible_contact(request: OrganizationRequest, contact_id: UUID) -> ClientContact:
    contacts = ClientContact.objects.filter(client__in=Client.objects.visible_to(request.member))
    return get_object_or_404(contacts.select_related("client"), pk=contact_id)
