"""Import of clients: choose a file, look at what would happen, do it. The file waits in the store meanwhile."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import client_import as use_case
from clients import import_files
from clients.csv_reading import Table, UnreadableFile, read_table
from clients.forms.client_import import ClientImportForm, ColumnsForm
from clients.import_files import FileGone
from clients.importing import Plan
from organizations.access import requires
from organizations.csv_download import csv_download
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

PURPOSE, SHOWN = "clients", 200


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
        read_table(upload)
    except UnreadableFile as unreadable:
        form.add_error("file", str(unreadable))
        return False
    upload.seek(0)
    return True


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_import_preview(request: OrganizationRequest) -> HttpResponse:
    try:
        table = _table(request, request.GET)
    except FileGone:
        return _gone(request)
    form = ColumnsForm(request.GET, headers=table.headers)
    plan = use_case.plan(table, form.mapping, by=request.member) if form.is_valid() else None
    context = {
        "form": form, "plan": plan, "token": request.GET["file"], "rows": plan.rows[:SHOWN] if plan else [],
        "chosen": list(form.mapping.items()) if plan else [], "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "clients/client_import/preview.html", context)


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_import_failures(request: OrganizationRequest) -> HttpResponse:
    """Only the failing rows, as they were, and why."""
    try:
        table = _table(request, request.GET)
    except FileGone:
        return _gone(request)
    form = ColumnsForm(request.GET, headers=table.headers)
    failing = use_case.plan(table, form.mapping, by=request.member).failing if form.is_valid() else []
    rows = (row.to_correct for row in failing)
    return csv_download("clients-to-correct.csv", [*table.headers, "What to correct"], rows)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_import_run(request: OrganizationRequest) -> HttpResponse:
    try:
        table = _table(request, request.POST)
    except FileGone:
        return _gone(request)
    form = ColumnsForm(request.POST, headers=table.headers)
    if not form.is_valid():
        return redirect(f"{reverse('client_import_preview')}?{urlencode({'file': request.POST['file']})}")
    plan = use_case.run(table, form.mapping, by=request.member)
    import_files.find(request.POST["file"], by=request.member, purpose=PURPOSE).discard()
    messages.success(request, _said(plan))
    return redirect("client_list")


def _table(request: OrganizationRequest, data: Any) -> Table:
    kept = import_files.find(data.get("file", ""), by=request.member, purpose=PURPOSE)
    with kept.open() as file:
        return read_table(file)


def _gone(request: OrganizationRequest) -> HttpResponse:
    messages.warning(request, "This file was imported already, or waited for more than a day. Choose it again.")
    return redirect("client_import")


def _said(plan: Plan) -> str:
    new, known, failing = len(plan.new), len(plan.known), len(plan.failing)
    parts = [f"{new} client{'' if new == 1 else 's'} imported" if new else "Nothing new in this file"]
    parts += [f"{known} already there"] if known else []
    parts += [f"{failing} not imported"] if failing else []
    return ", ".join(parts)
