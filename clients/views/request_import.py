"""Import into a list: choose a file, look at what would happen, do it. The file waits in the store meanwhile."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import log
from clients import import_files
from clients import request_import as use_case
from clients.csv_reading import Table, UnreadableFile
from clients.forms.request_import import MappingForm, RequestImportForm
from clients.import_files import FileGone, KeptFile
from clients.importing import Plan
from clients.table_reading import read_any_table
from clients.views.request_list import refused_closed, visible_list
from organizations.access import requires
from organizations.csv_download import csv_download
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

SHOWN, PURPOSE = 200, "import requests"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_import(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, PURPOSE):
        return closed
    form = RequestImportForm(request.POST or None, request.FILES or None)
    if form.is_valid() and _is_readable(form):
        token = import_files.keep(form.cleaned_data["file"], by=request.member, purpose=str(list_id))
        return redirect(_preview_url(list_id, {"file": token}))
    context = {"form": form, "request_list": request_list}
    return render(request, "clients/request_import/form.html", context, status=422 if form.errors else 200)


def _is_readable(form: RequestImportForm) -> bool:
    upload = form.cleaned_data["file"]
    try:
        _read(upload)
    except UnreadableFile as unreadable:
        form.add_error("file", str(unreadable))
        return False
    upload.seek(0)
    return True


@require_safe
@requires(Permission.MANAGE_REQUESTS)
def request_import_preview(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, PURPOSE):
        return closed
    try:
        table = _table(_kept(request, list_id, request.GET))
    except FileGone:
        return _gone(request, list_id)
    form = MappingForm(request.GET, headers=table.headers)
    plan = use_case.plan(table, form.mapping, request_list) if form.is_valid() else None
    context = {
        "request_list": request_list, "form": form, "plan": plan, "token": request.GET["file"],
        "rows": plan.rows[:SHOWN] if plan else [], "mapping": request.GET.urlencode(), "chosen": _chosen(form),
    }  # fmt: skip
    return render(request, "clients/request_import/preview.html", context)


@require_safe
@requires(Permission.MANAGE_REQUESTS)
def request_import_failures(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    """Only the failing rows, as they were, and why."""
    request_list = visible_list(request, list_id)
    try:
        table = _table(_kept(request, list_id, request.GET))
    except FileGone:
        return _gone(request, list_id)
    form = MappingForm(request.GET, headers=table.headers)
    failing = use_case.plan(table, form.mapping, request_list).failing if form.is_valid() else []
    log.record("export", request_list, format="csv", what="rows to correct", rows=len(failing))
    rows = (row.to_correct for row in failing)
    return csv_download("requests-to-correct.csv", [*table.headers, "What to correct"], rows)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_import_run(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, PURPOSE):
        return closed
    try:
        kept = _kept(request, list_id, request.POST)
        table = _table(kept)
    except FileGone:
        return _gone(request, list_id)
    form = MappingForm(request.POST, headers=table.headers)
    if not form.is_valid():
        return redirect(_preview_url(list_id, {"file": request.POST["file"]}))
    plan = use_case.run(table, form.mapping, request_list, by=request.member)
    kept.discard()
    messages.success(request, _said(plan))
    return redirect(request_list)


def _kept(request: OrganizationRequest, list_id: UUID, data: Any) -> KeptFile:
    return import_files.find(data.get("file", ""), by=request.member, purpose=str(list_id))


def _table(kept: KeptFile) -> Table:
    with kept.open() as file:
        return _read(file)


def _read(file: Any) -> Table:
    return read_any_table(file, most=use_case.MOST, is_heading=use_case.is_heading)


def _gone(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    messages.warning(request, "This file was imported already, or waited for more than a day. Choose it again.")
    return redirect("request_import", list_id=list_id)


def _chosen(form: MappingForm) -> list[tuple[str, int]]:
    return list(form.mapping.items()) if form.is_valid() else []


def _preview_url(list_id: UUID, query: dict[str, str]) -> str:
    return f"{reverse('request_import_preview', kwargs={'list_id': list_id})}?{urlencode(query)}"


def _said(plan: Plan) -> str:
    new, known, failing = len(plan.new), len(plan.known), len(plan.failing)
    parts = [f"{new} request{'' if new == 1 else 's'} imported as drafts" if new else "Nothing new in this file"]
    parts += [f"{known} already there"] if known else []
    parts += [f"{failing} not imported"] if failing else []
    return ", ".join(parts)
