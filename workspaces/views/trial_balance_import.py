"""Import of a trial balance: choose a file, look at its columns and totals, do it. The file waits in the store meanwhile."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import import_files
from clients.csv_reading import Table, UnreadableFile
from clients.import_files import FileGone, KeptFile
from clients.table_reading import read_any_table
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import prior_year
from workspaces import trial_balance_import as use_case
from workspaces.amounts import digits_of, written
from workspaces.forms.trial_balance import LedgerColumnsForm, TrialBalanceFileForm, TrialBalanceForm
from workspaces.ledger_rows import Ledger, is_heading, read_ledger
from workspaces.models import Binder
from workspaces.views.binder import visible_binder
from workspaces.views.trial_balance import refused_closed

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def trial_balance_import(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    if closed := refused_closed(request, binder):
        return closed
    initial = {"as_of": binder.period_end}
    form = TrialBalanceFileForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid() and _is_readable(form):
        token = import_files.keep(form.cleaned_data["file"], by=request.member, purpose=_purpose(binder))
        return redirect(_preview_url(binder, {"file": token, **form.chosen}))
    year_before = prior_year.binder_before(binder, request.member)
    context = {"form": form, "binder": binder, "year_before": year_before}
    return render(request, "workspaces/trial_balance/import.html", context, status=422 if form.errors else 200)


def _is_readable(form: TrialBalanceFileForm) -> bool:
    upload = form.cleaned_data["file"]
    try:
        read_any_table(upload, most=use_case.MOST, is_heading=is_heading)
    except UnreadableFile as unreadable:
        form.add_error("file", str(unreadable))
        return False
    upload.seek(0)
    return True


@require_safe
@requires(Permission.PREPARE_WORKPAPERS)
def trial_balance_preview(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    if closed := refused_closed(request, binder):
        return closed
    try:
        return _preview(request, binder, request.GET)
    except FileGone:
        return _gone(request, binder)


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def trial_balance_run(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    which = TrialBalanceForm(request.POST)
    try:
        kept = _kept(request, binder, request.POST)
        table, columns = _read(kept, request.POST)
        if not which.is_valid() or not columns.is_valid():
            return _preview(request, binder, request.POST, status=422)
        ledger = _ledger(binder, table, columns)
        with kept.open() as file:
            source = use_case.Source(kept.name, use_case.sha256_of(file), **which.cleaned_data)
        use_case.run(binder, ledger, source, by=request.member)
    except FileGone:
        return _gone(request, binder)
    except use_case.NotBalanced:
        return _preview(request, binder, request.POST, status=422)
    except use_case.Closed as closed:
        messages.error(request, str(closed))
        return redirect(binder)
    kept.discard()
    total = written(ledger.debits, ledger.digits)
    messages.success(request, f"{len(ledger.lines):,} accounts imported; debits and credits are {total} each")
    return redirect("trial_balance", binder_id=binder.pk)


def _preview(request: OrganizationRequest, binder: Binder, data: Any, *, status: int = 200) -> HttpResponse:
    table, form = _read(_kept(request, binder, data), data)
    which = TrialBalanceForm(data)
    ledger = _ledger(binder, table, form) if form.is_valid() else None
    context = {
        "binder": binder, "form": form, "ledger": ledger, "which": which if which.is_valid() else None,
        "sent": {name: data.get(name, "") for name in ("file", "kind", "as_of")},
        "mapping": form.mapping if ledger else {}, "rows": _shown(ledger) if ledger else [],
        "totals": {name: written(getattr(ledger, name), ledger.digits) for name in ("debits", "credits")} if ledger else {},
    }  # fmt: skip
    return render(request, "workspaces/trial_balance/preview.html", context, status=status)


def _shown(ledger: Ledger) -> list[dict[str, Any]]:
    """Rows that cannot be read come first."""
    rows = [*ledger.failing, *ledger.readable][:SHOWN]
    return [{"line": row, "amount": written(row.amount, ledger.digits)} for row in rows]


def _ledger(binder: Binder, table: Table, form: LedgerColumnsForm) -> Ledger:
    return read_ledger(table, form.mapping, digits_of(binder.currency))


def _read(kept: KeptFile, data: Any) -> tuple[Table, LedgerColumnsForm]:
    with kept.open() as file:
        table = read_any_table(file, most=use_case.MOST, is_heading=is_heading)
    return table, LedgerColumnsForm(data, headers=table.headers)


def _purpose(binder: Binder) -> str:
    return f"trial balance {binder.pk}"


def _kept(request: OrganizationRequest, binder: Binder, data: Any) -> KeptFile:
    return import_files.find(data.get("file", ""), by=request.member, purpose=_purpose(binder))


def _gone(request: OrganizationRequest, binder: Binder) -> HttpResponse:
    messages.warning(request, "This file was imported already, or waited for more than a day. Choose it again.")
    return redirect("trial_balance_import", binder_id=binder.pk)


def _preview_url(binder: Binder, query: dict[str, str]) -> str:
    return f"{reverse('trial_balance_preview', kwargs={'binder_id': binder.pk})}?{urlencode(query)}"
