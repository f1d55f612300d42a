from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clients import notices
from clients.client_events import record
from clients.forms.contact import ContactForm, ContactRemovalForm
from clients.forms.row_form import locked
from clients.models import Client, ClientContact, ClientEvent, InformationRequest, RequestList
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

SHOWN = 20


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


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def contact_removal(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    """What would become of their open requests, and then the removal."""
    contact = _contact(request, contact_id)
    asked = list(contact.requests.open().select_related("request_list").order_by("request_list", "position", "id"))
    form = ContactRemovalForm(
        request.POST if request.method == "POST" else None, contact=contact, has_requests=bool(asked)
    )
    if form.is_valid():
        moved = contact.remove(requests_to=form.successor)
        notices.access_ended(contact)
        _tell_successor(asked if moved else [])
        record(contact.client, ClientEvent.Verb.CONTACT_REMOVED, contact.name, by=request.member)
        messages.success(request, _removed(contact, moved, form.successor))
        return redirect(contact.client)
    context = {
        "form": form, "contact": contact, "client": contact.client, "asked": asked[:SHOWN], "count": len(asked),
        "more": len(asked[SHOWN:]),
    }  # fmt: skip
    return render(request, "clients/contact/removal.html", context, status=422 if form.errors else 200)


def _tell_successor(moved: list[InformationRequest]) -> None:
    """Whoever gets the requests of the one removed learns of them by mail, not by chance."""
    lists = {item.request_list_id for item in moved if item.is_with_client}
    for request_list in RequestList.objects.in_progress().filter(pk__in=lists):
        notices.reminded(request_list)


def _removed(contact: ClientContact, moved: int, successor: ClientContact | None) -> str:
    said = f"{contact.name} removed. Their portal is closed."
    if not moved:
        return said
    requests = "1 open request goes" if moved == 1 else f"{moved} open requests go"
    return f"{said} {requests} to {successor.name if successor else 'anyone at the client'}."


def _contact(request: OrganizationRequest, contact_id: UUID) -> ClientContact:
    clients = Client.objects.visible_to(request.member)
    contacts = ClientContact.objects.select_related("client").filter(client__in=clients)
    return get_object_or_404(locked(contacts) if request.method == "POST" else contacts, pk=contact_id)


def _form(request: OrganizationRequest, client: Client, contact: ClientContact) -> HttpResponse:
    contacts = ClientContact.objects.filter(client=client)
    is_new = contact._state.adding
    form = ContactForm(request.POST or None, instance=contact)
    if form.made_before(contacts):
        return redirect(client)
    if form.is_valid() and form.save_once(contacts):
        if form.ends_access:
            notices.access_ended(contact)
        verb = ClientEvent.Verb.CONTACT_ADDED if is_new else ClientEvent.Verb.CONTACT_CHANGED
        record(client, verb, contact.name, by=request.member)
        messages.success(request, f"{contact.name} saved")
        return redirect(client)
    context = {"form": form, "client": client, "contact": None if contact._state.adding else contact}
    return render(request, "clients/contact/form.html", context, status=form.error_status)
