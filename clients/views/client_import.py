"""Import of clients: choose a file, look at what would happen, do it. The file waits in the store meanwhile."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import log
from clients import client_import as use_case
from clients import client_rows, import_files
from clients.csv_reading import Table, UnreadableFile
from clients.forms.client_import import ClientImportForm, ColumnsForm
from clients.import_files import FileGone
from clients.import_undo import Undone, UndoRefused, undo
from clients.jobs import import_clients
from clients.models import Client, ClientImport, ClientImportRow
from clients.table_reading import read_any_table
from clients.views.partials import is_partial
from look.paging import keyset_page
from organizations.access import requires
from organizations.csv_download import csv_download
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

PURPOSE, SHOWN, PER_PAGE = "clients", 200, 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_import(request: OrganizationRequest) -> HttpResponse:
    form = ClientImportForm(request.POST or None, request.FILES or None)
    if form.is_valid() and _is_readable(form):
        token = import_files.keep(form.cleaned_data["file"], by=request.member, purpose=PURPOSE)
        return redirect(f"{reverse('client_import_preview')}?{urlencode({'file': token})}")
    return render(request, "clients/client_import/form.html", {"form": form}, status=422 if form.errors else 200)


def _is_readable(form: ClientImportForm) -> bool:
    upload = form.cleaned_data["file"]
    try:
        read_any_table(upload)
    except UnreadableFile as unreadable:
        form.add_error("file", str(unreadable))
        return False
    upload.seek(0)
    return True


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_import_preview(request: OrganizationRequest) -> HttpResponse:
    """The dry run: every row and what would become of it."""
    try:
        table = _table(request, request.GET)
    except FileGone:
        return _gone(request)
    form = ColumnsForm(request.GET, headers=table.headers)
    plan = _plan(request, table, form) if form.is_valid() else None
    rows = [*plan.failing, *plan.changed, *plan.new, *plan.known] if plan else []
    context = {
        "form": form, "plan": plan, "token": request.GET["file"], "rows": rows[:SHOWN],
        "columns": _columns(table, form), "matched": len(form.mapping) if plan else 0, "chosen": form.hidden if plan else [], "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "clients/client_import/preview.html", context)


def _plan(request: OrganizationRequest, table: Table, form: ColumnsForm) -> client_rows.ClientPlan:
    return client_rows.plan(table, form.mapping, by=request.member, updates=form.cleaned_data["updates"])


def _columns(table: Table, form: ColumnsForm) -> list[dict[str, Any]]:
    """For each field the first values of the column it takes."""
    found = []
    for name in client_rows.COLUMNS:
        field, at = form[name], str(form[name].value() or "")
        cells = [row.cells[int(at)] for row in table.rows if at.isdecimal() and int(at) < len(row.cells)]
        values = [cell for cell in cells if cell][:3]
        found.append({"field": field, "values": values, "empty": len(cells) - sum(map(bool, cells))})
    return found


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_import_failures(request: OrganizationRequest) -> HttpResponse:
    """Only the failing rows, as they were, and why."""
    try:
        table = _table(request, request.GET)
    except FileGone:
        return _gone(request)
    form = ColumnsForm(request.GET, headers=table.headers)
    return _failures(request, table, _plan(request, table, form).failing if form.is_valid() else [])


def _failures(request: OrganizationRequest, table: Table, failing: list[Any]) -> HttpResponse:
    log.record("export", request.organization, table="clients", what="rows to correct", rows=len(failing))
    rows = (row.to_correct for row in failing)
    return csv_download("clients-to-correct.csv", [*table.headers, "What to correct"], rows)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_import_run(request: OrganizationRequest) -> HttpResponse:
    try:
        kept = import_files.find(request.POST.get("file", ""), by=request.member, purpose=PURPOSE)
        table = _table(request, request.POST)
    except FileGone:
        return _gone(request)
    form = ColumnsForm(request.POST, headers=table.headers)
    if not form.is_valid():
        return redirect(f"{reverse('client_import_preview')}?{urlencode({'file': request.POST['file']})}")
    batch = use_case.start(
        table, form.mapping, by=request.member, name=kept.name, key=kept.key, updates=form.cleaned_data["updates"]
    )
    if batch.is_running and not batch.done:
        import_clients.enqueue(import_id=batch.pk)
    return redirect("client_import_detail", import_id=batch.pk)


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_import_list(request: OrganizationRequest) -> HttpResponse:
    batches = ClientImport.objects.select_related("created_by")
    page = keyset_page(batches, ("-created_at", "-id"), request.GET, size=PER_PAGE)
    return render(request, "clients/client_import/list.html", {"page": page})


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_import_detail(request: OrganizationRequest, import_id: UUID) -> HttpResponse:
    """How far it is, and what came of it. htmx asks again while it runs."""
    batch = get_object_or_404(ClientImport.objects.select_related("created_by", "undone_by"), pk=import_id)
    seen = Client.objects.visible_to(request.member)
    rows = ClientImportRow.objects.filter(batch=batch, client__in=seen).select_related("client").order_by("line", "id")
    context = {"batch": batch, "rows": rows[:SHOWN], "is_partial": is_partial(request)}
    partial = "#progress" if context["is_partial"] else ""
    return render(request, f"clients/client_import/detail.html{partial}", context)


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_import_batch_failures(request: OrganizationRequest, import_id: UUID) -> HttpResponse:
    """The rows that did not come in, while the file is kept. They are for whoever has chosen the file."""
    batch = get_object_or_404(ClientImport, pk=import_id)
    try:
        if batch.created_by_id != request.member.pk:
            raise FileNotFoundError
        table = use_case.stored_table(batch)
    except (FileNotFoundError, UnreadableFile):
        messages.warning(request, "The file is kept for a day, for whoever chose it. Choose it again.")
        return redirect("client_import_detail", import_id=batch.pk)
    return _failures(request, table, use_case.plan_of(batch, table, request.member).failing)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_import_undoing(request: OrganizationRequest, import_id: UUID) -> HttpResponse:
    batch = get_object_or_404(ClientImport, pk=import_id)
    try:
        _say_undone(request, undo(batch, by=request.member))
    except UndoRefused as refused:
        messages.warning(request, str(refused))
    return redirect("client_import_detail", import_id=batch.pk)


def _say_undone(request: OrganizationRequest, done: Undone) -> None:
    parts = [
        f"{done.removed:,} taken out again" if done.removed else "",
        f"{done.reverted:,} as before" if done.reverted else "",
    ]
    messages.success(request, f"Import undone: {', '.join(filter(None, parts)) or 'nothing to take back'}")
    if done.kept:
        seen = set(
            Client.objects.visible_to(request.member)
            .filter(name__in=[n for n, _ in done.kept])
            .values_list("name", flat=True)
        )
        names = [f"{name} ({why})" for name, why in done.kept if name in seen]
        named = ", ".join(names[:20]) + (f" and {len(done.kept) - 20} more" if len(done.kept) > 20 else "")
        messages.warning(request, f"{len(done.kept):,} stay, because somebody worked with them: {named}")


def _table(request: OrganizationRequest, data: Any) -> Table:
    kept = import_files.find(data.get("file", ""), by=request.member, purpose=PURPOSE)
    with kept.open() as file:
        return read_any_table(file)


def _gone(request: OrganizationRequest) -> HttpResponse:
    messages.warning(request, "This file was imported already, or waited for more than a day. Choose it again.")
    return redirect("client_import")
