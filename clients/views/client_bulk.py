"""One change to the checked clients, or to all that the filters match. Says what was changed, and what was not and why."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from clients import client_bulk, tags
from clients.client_bulk import Outcome, Selection, TooMany
from clients.forms.client_bulk import LeadForm, SelectionForm, StaffForm, StatusForm, TaggingForm, UntaggingForm
from clients.models import Client
from clients.tags import TagRefused
from clients.views.client_list import export, list_page, rows_of
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

NAMED = 20
Act = Callable[[Selection, Any, dict[str, Any], Membership], Outcome]


def _bulk(form_class: type[SelectionForm], act: Act, done: str) -> Callable[..., HttpResponseBase]:
    """One press of a button above the list: what is asked, what is done, and how it is told."""

    @require_POST
    @requires(Permission.MANAGE_CLIENTS)
    def view(request: OrganizationRequest) -> HttpResponse:
        return _change(request, form_class, act, done)

    return view


def _tag(chosen: Selection, rows: Any, data: dict[str, Any], by: Membership) -> Outcome:
    return client_bulk.add_tag(chosen, rows, tags.named(data["tag"], by=by), by=by)


client_bulk_lead = _bulk(
    LeadForm, lambda chosen, rows, data, by: client_bulk.set_lead(chosen, rows, data["member"], by=by), "given a lead"
)
client_bulk_staff = _bulk(
    StaffForm, lambda chosen, rows, data, by: client_bulk.add_staff(chosen, rows, data["member"], by=by), "assigned"
)
client_bulk_staff_removal = _bulk(
    StaffForm,
    lambda chosen, rows, data, by: client_bulk.remove_staff(chosen, rows, data["member"], by=by),
    "taken from the member",
)
client_bulk_tagging = _bulk(TaggingForm, _tag, "tagged")
client_bulk_untagging = _bulk(
    UntaggingForm,
    lambda chosen, rows, data, by: client_bulk.remove_tag(chosen, rows, data["tag"], by=by),
    "freed of the tag",
)
client_bulk_status = _bulk(
    StatusForm, lambda chosen, rows, data, by: client_bulk.set_status(chosen, rows, data["status"], by=by), "changed"
)


@require_POST
@requires(Permission.VIEW_CLIENTS)
def client_bulk_export(request: OrganizationRequest) -> Any:
    """The chosen rows as they are now: nothing is changed, so nothing can be stale."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return list_page(request, problem=_problem(form))
    chosen = form.selection(rows_of(request.member, request.GET))
    visible = Client.objects.visible_to(request.member)
    rows = chosen.rows if chosen.rows is not None else visible.filter(pk__in=chosen.marks)
    return export(request, rows, "xlsx" if request.POST.get("format") == "xlsx" else "csv")


def _change(request: OrganizationRequest, form_class: type[SelectionForm], act: Act, done: str) -> HttpResponse:
    form = form_class(request.POST)
    if not form.is_valid():
        return list_page(request, problem=_problem(form))
    chosen = form.selection(rows_of(request.member, request.GET))
    try:
        outcome = act(chosen, Client.objects.visible_to(request.member), form.cleaned_data, request.member)
    except TooMany:
        return list_page(request, problem=f"At most {client_bulk.MOST:,} clients at once. Narrow the filters.")
    except TagRefused as refused:
        return list_page(request, problem=str(refused))
    _report(request, outcome, done)
    query = request.GET.urlencode()
    return redirect(f"{reverse('client_list')}?{query or 'view=all'}")


def _problem(form: SelectionForm) -> str:
    return " ".join(error for errors in form.errors.values() for error in errors)


def _report(request: OrganizationRequest, outcome: Outcome, done: str) -> None:
    if outcome.changed:
        messages.success(request, f"{_clients(len(outcome.changed))} {done}")
    elif outcome.unchanged and not (outcome.stale or outcome.refused):
        messages.info(request, "Nothing to change: they are like that already")
    if outcome.stale:
        messages.warning(
            request,
            f"{_clients(len(outcome.stale))} changed meanwhile and left alone: {_named(outcome.stale)}",
        )
    for why in dict.fromkeys(why for _, why in outcome.refused):
        names = [name for name, reason in outcome.refused if reason == why]
        messages.warning(request, f"{_clients(len(names))} not changed, {why}: {_named(names)}")
    if outcome.gone:
        messages.warning(request, f"{_clients(outcome.gone)} no longer here")


def _clients(count: int) -> str:
    return f"{count:,} client{'' if count == 1 else 's'}"


def _named(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
