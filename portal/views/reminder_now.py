"""Reminding by hand, of a list or of many clients: whom, about what, in which words, and the mails before they go."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.entitlements import require_open
from billing.features import F
from clients import request_bulk
from clients.forms.client_bulk import SelectionForm as ClientSelectionForm
from clients.forms.request_row import SelectionForm
from clients.models import Client, RequestList
from clients.views.client_list import list_page, rows_of
from clients.views.partials import is_partial
from clients.views.request_bulk import named, stale_sentence
from clients.views.request_list import detail_page, visible_list
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from portal.forms_reminder_now import ClientsReminderForm, ReminderForm
from portal.reminder_jobs import send_reminder
from portal.reminders.digest import Drawn, drawn
from portal.reminders.outbox import just_reminded, write_down_by_hand

MOST_CLIENTS = 200
#: So many mails are drawn on the page; the others say the same about their own requests.
SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_reminder(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    """Of one list, or of the one request `?request=` names. `preview` in what is sent asks for the mails, and sends none."""
    request_list, one = visible_list(request, list_id), _uuid(request.GET.get("request", ""))
    form = ReminderForm(request.POST or None, request_list=request_list, chosen=[one] if one else None)
    if form.is_valid() and "preview" not in request.POST:
        form.save_again()
        _send(request, form)
        return redirect(request_list)
    return _of_list(request, request_list, form)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_reminder(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    """The checked rows of the list that are as they were seen, into the page that sends; the others are named there."""
    request_list = visible_list(request, list_id)
    selection = SelectionForm(request.POST, request_list=request_list)
    if not selection.is_valid():
        return detail_page(request, request_list, selection=selection)
    if sentence := request_list.refusal("remind of its requests"):
        messages.error(request, sentence)
        return redirect(request_list)
    chosen, outcome = request_bulk.waiting(request_list, selection.cleaned_data["selected"])
    if outcome.stale:
        messages.warning(request, stale_sentence(outcome))
    if outcome.unfit:
        messages.warning(request, f"Not with the client, so nothing to remind of: {named(outcome.unfit)}")
    if not chosen:
        return redirect(request_list)
    return _of_list(request, request_list, ReminderForm(None, request_list=request_list, chosen=chosen))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def client_reminder(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """Of everything that waits at one client, whatever the list."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    return _of_clients(request, [client], client.get_absolute_url())


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def client_bulk_reminder(request: OrganizationRequest) -> HttpResponse:
    """The checked clients, into the page that sends."""
    selection = ClientSelectionForm(request.POST)
    if not selection.is_valid():
        return list_page(request, problem=" ".join(e for errors in selection.errors.values() for e in errors))
    chosen = selection.selection(rows_of(request.member, request.GET))
    visible = Client.objects.visible_to(request.member)
    rows = chosen.rows if chosen.rows is not None else visible.filter(pk__in=chosen.marks)
    clients = list(rows.order_by("name_key", "pk").defer("notes", "tsv")[: MOST_CLIENTS + 1])
    if len(clients) > MOST_CLIENTS:
        return list_page(request, problem=f"Remind at most {MOST_CLIENTS} clients at once. Narrow the filters.")
    return _page_of_clients(request, ClientsReminderForm(None, clients=clients, member=request.member))


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def clients_reminder(request: OrganizationRequest) -> HttpResponse:
    """What the page for many clients sends."""
    named = [pk for pk in map(_uuid, request.POST.getlist("clients")) if pk][:MOST_CLIENTS]
    clients = Client.objects.visible_to(request.member).filter(pk__in=named).order_by("name_key", "pk")
    return _of_clients(request, clients, f"{reverse('client_list')}?view=all")


def _of_clients(request: OrganizationRequest, clients: Iterable[Client], back: str) -> HttpResponse:
    form = ClientsReminderForm(request.POST or None, clients=clients, member=request.member)
    if form.is_valid() and "preview" not in request.POST:
        for client in clients:
            require_open(F.CLIENTS, client.pk, request.organization)
        _send(request, form)
        return redirect(back)
    return _page_of_clients(request, form, back=back)


def _send(request: OrganizationRequest, form: ReminderForm | ClientsReminderForm) -> None:
    for contact, about in form.mails():
        if just_reminded(contact, by=request.member, message=form.cleaned_data["message"]):
            continue  # the button was pressed twice
        mail = write_down_by_hand(contact, about, by=request.member, message=form.cleaned_data["message"])
        send_reminder.enqueue(reminder_id=mail.pk)
    messages.success(request, f"Reminder sent to {form.names}")


def _of_list(request: OrganizationRequest, request_list: RequestList, form: ReminderForm) -> HttpResponse:
    address = reverse("request_reminder", kwargs={"list_id": request_list.pk})
    context = {"request_list": request_list, "client": request_list.client, "back": request_list.get_absolute_url()}
    return _page(request, "portal/staff/reminder.html", form, address, context)


def _page_of_clients(request: OrganizationRequest, form: ClientsReminderForm, *, back: str = "") -> HttpResponse:
    context = {"back": back or f"{reverse('client_list')}?view=all"}
    return _page(request, "portal/staff/reminder_clients.html", form, reverse("clients_reminder"), context)


def _page(
    request: OrganizationRequest, template: str, form: ReminderForm | ClientsReminderForm, address: str, more: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """The whole page; the dialog on the list's page; or, for a form that was only changed, the mails alone."""
    mails = form.mails() if form.people else []
    context = {
        "form": form,
        "address": address,
        "mails": [_drawn(request, form, contact, about) for contact, about in mails[:SHOWN] if about],
        "count": sum(bool(about) for _, about in mails),
        "is_part": is_partial(request),
        **more,
    }
    is_preview = "preview" in request.POST
    part = ("#mails" if is_preview else "#dialog") if context["is_part"] else ""
    return render(request, f"{template}{part}", context, status=422 if form.errors and not is_preview else 200)


def _drawn(request: OrganizationRequest, form: ReminderForm | ClientsReminderForm, contact: Any, about: list) -> Drawn:
    return drawn(contact, about, message=form.chosen("message") or "", sender=request.member)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
