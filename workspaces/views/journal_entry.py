from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import journal
from workspaces.amounts import digits_of, written
from workspaces.forms.journal_entry import JournalEntryForm
from workspaces.models import Binder, JournalEntry, JournalEntryLine
from workspaces.trial_balance_import import Closed
from workspaces.views.binder import visible_binder
from workspaces.views.trial_balance import refused_closed

SHOWN_LINES = 200


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def journal_entry_list(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    entries = JournalEntry.objects.filter(binder=binder).select_related("created_by", "workpaper")
    entries = entries.defer("workpaper__body", "workpaper__tsv")
    page = keyset_page(entries, ("-number", "-id"), request.GET, size=25)
    lines: dict[UUID, list[dict[str, Any]]] = {entry.pk: [] for entry in page.rows}
    for line in JournalEntryLine.objects.filter(entry__in=page.rows).order_by("position"):
        lines[line.entry_id].append(_line(line, binder))
    rows = [{"entry": entry, "lines": lines[entry.pk]} for entry in page.rows]
    return render(request, "workspaces/journal_entry/list.html", {"binder": binder, "page": page, "rows": rows})


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def journal_entry_detail(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    entry = visible_entry(request, entry_id)
    binder, lines = entry.binder, list(entry.lines.order_by("position"))
    digits = digits_of(binder.currency)
    context = {
        "entry": entry, "binder": binder, "lines": [_line(line, binder) for line in lines[:SHOWN_LINES]],
        "reversal": journal.reversal_of(entry), "difference": sum(line.amount for line in lines),
        "debits": written(sum(line.amount for line in lines if line.amount > 0), digits),
        "credits": written(-sum(line.amount for line in lines if line.amount < 0), digits),
    }  # fmt: skip
    return render(request, "workspaces/journal_entry/detail.html", context)


def _line(line: JournalEntryLine, binder: Binder) -> dict[str, Any]:
    amount, is_debit = written(abs(line.amount), digits_of(binder.currency)), line.amount > 0
    return {"of": line, "debit": amount if is_debit else "", "credit": "" if is_debit else amount}


def visible_entry(request: OrganizationRequest, entry_id: UUID) -> JournalEntry:
    entries = JournalEntry.objects.filter(binder__in=Binder.objects.visible_to(request.member))
    return get_object_or_404(
        entries.select_related("binder__project__client", "created_by", "workpaper", "reverses"), pk=entry_id
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def journal_entry_create(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    return refused_closed(request, binder) or _written(request, binder, JournalEntry(binder=binder))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
@transaction.atomic
def journal_entry_update(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    entry = visible_entry(request, entry_id)
    if request.method == "POST":  # the binder first, as for a posting, so that neither waits for the other
        binder = locked(Binder.objects.all()).get(pk=entry.binder_id)
        entry = locked(JournalEntry.objects.all()).get(pk=entry.pk)
        entry.binder = binder
    if closed := refused_closed(request, entry.binder):
        return closed
    if entry.status == JournalEntry.Status.POSTED:
        messages.error(request, "A posted entry stays as it is. Reverse it instead.")
        return _to(entry)
    return _written(request, entry.binder, entry)


def _written(request: OrganizationRequest, binder: Binder, entry: JournalEntry) -> HttpResponse:
    form = JournalEntryForm(request.POST or None, instance=entry, binder=binder, member=request.member)
    mine = JournalEntry.objects.filter(binder=binder)
    if made := form.made_before(mine):
        return _to(made)
    try:
        if "more" not in request.POST and form.is_valid() and (made := form.save_once(mine)):
            messages.success(request, f"{made} saved. It reaches the leads when it is posted.")
            return _to(made)
    except Closed as closed:
        messages.error(request, str(closed))
        return redirect(binder)
    asked_more = "more" in request.POST
    context = {"form": form, "binder": binder, "entry": entry, "is_new": entry._state.adding, "asked_more": asked_more}
    return render(
        request, "workspaces/journal_entry/form.html", context, status=200 if asked_more else form.error_status
    )


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def journal_entry_posting(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    entry = visible_entry(request, entry_id)
    return _done(request, entry, lambda: journal.post(entry, by=request.member), f"{entry} posted; the leads show it")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def journal_entry_passing(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    entry = visible_entry(request, entry_id)
    return _done(request, entry, lambda: journal.set_aside(entry), f"{entry} stays out of the leads")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def journal_entry_reversal(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    entry = visible_entry(request, entry_id)
    return _done(request, entry, lambda: journal.reverse(entry, by=request.member), f"{entry} reversed")


def _done(request: OrganizationRequest, entry: JournalEntry, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except (journal.Refused, Closed) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return _to(entry)


def _to(entry: JournalEntry) -> HttpResponse:
    return redirect("journal_entry_detail", entry_id=entry.pk)
