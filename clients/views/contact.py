from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clients import notices
from clients.forms.contact import ContactForm
from clients.models import Client, ClientContact
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def contact_create(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    return _form(request, client, ClientContact(client=client, created_by=request.member))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def contact_update(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    contact = _contact(request, contact_id)
    return _form(request, contact.client, contact)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def contact_removal(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    contact = _contact(request, contact_id)
    contact.remove()
    notices.access_ended(contact)
    messages.success(request, f"{contact.name} removed. Their portal is closed.")
    return redirect(contact.client)


def _contact(request: OrganizationRequest, contact_id: UUID) -> ClientContact:
    contacts = ClientContact.objects.select_related("client").filter(
        client__in=Client.objects.visible_to(request.member)
    )
    return get_object_or_404(contacts, pk=contact_id)


def _form(request: OrganizationRequest, client: Client, contact: ClientContact) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=contact)
    if form.is_valid():
        form.save()
        if form.ends_access:
            notices.access_ended(contact)
        messages.success(request, f"{contact.name} saved")
        return redirect(client)
    context = {"form": form, "client": client, "contact": None if contact._state.adding else contact}
    return render(request, "clients/contact/form.html", context, status=422 if form.errors else 200)
