"""A list leaves as CSV or XLSX, exactly the rows the filters show, and comes back from a spreadsheet."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import log
from clients import import_files
from clients.csv_reading import UnreadableFile
from clients.forms.request_import import WorkbookForm
from clients.import_files import FileGone
from clients.models import InformationRequest, RequestList
from clients.request_round_trip import Difference, apply, differences, read_rows
from clients.request_rows import row_items, with_ageing
from clients.request_table import HEADINGS, cells_of, file_name, workbook
from clients.views.request_list import chosen_rows, refused_closed, visible_list
from organizations.access import requires
from organizations.csv_download import csv_download
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

PURPOSE = "change its requests"


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_csv(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    items = _items(request, request_list)
    log.record("export", request_list, format="csv", rows=len(items))
    rows = (list(map(str, cells_of(item))) for item in items)
    return csv_download(f"{file_name(request_list)}.csv", HEADINGS, rows)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_workbook(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    items = _items(request, request_list)
    log.record("export", request_list, format="xlsx", rows=len(items))
    return workbook(request_list, items)


def _items(request: OrganizationRequest, request_list: RequestList) -> list[InformationRequest]:
    rows = row_items(chosen_rows(request, request_list), request_list).defer(None).defer("tsv")
    items = list(rows.order_by("position", "id"))
    for item in items:
        item.request_list = request_list
    return with_ageing(items, timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_workbook_upload(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, PURPOSE):
        return closed
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            read_rows(form.cleaned_data["file"])
        except UnreadableFile as unreadable:
            form.add_error("file", str(unreadable))
        else:
            form.cleaned_data["file"].seek(0)
            token = import_files.keep(form.cleaned_data["file"], by=request.member, purpose=_purpose(request_list))
            return redirect(f"{reverse('request_workbook_preview', kwargs={'list_id': list_id})}?file={token}")
    context = {"form": form, "request_list": request_list}
    return render(request, "clients/request_workbook/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.MANAGE_REQUESTS)
def request_workbook_preview(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, PURPOSE):
        return closed
    try:
        found = _found(request, request_list, request.GET.get("file", ""))
    except FileGone:
        return _gone(request, request_list)
    context = {"request_list": request_list, "found": found, "token": request.GET["file"]}
    return render(request, "clients/request_workbook/preview.html", context)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_workbook_application(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list, token = visible_list(request, list_id), request.POST.get("file", "")
    if closed := refused_closed(request, request_list, PURPOSE):
        return closed
    try:
        found = _found(request, request_list, token)
    except FileGone:
        return _gone(request, request_list)
    offered = {difference.key.partition(":")[0] for difference in found}
    chosen = {key for key in request.POST.getlist("rows") if key.partition(":")[0] in offered and _is_key(key)}
    applied = apply(found, chosen, request_list, by=request.member)
    messages.success(request, f"{applied.changed} changed, {applied.made} added as drafts")
    if applied.conflicts:
        messages.warning(
            request, f"Changed by somebody since you looked, so left alone: {', '.join(applied.conflicts)}"
        )
    return redirect(request_list)


def _is_key(key: str) -> bool:
    return key.partition(":")[2].isdecimal() and len(key) < 60


def _found(request: OrganizationRequest, request_list: RequestList, token: str) -> list[Difference]:
    kept = import_files.find(token, by=request.member, purpose=_purpose(request_list))
    with kept.open() as file:
        return differences(read_rows(file), request_list)


def _purpose(request_list: RequestList) -> str:
    return f"workbook:{request_list.pk}"


def _gone(request: OrganizationRequest, request_list: RequestList) -> HttpResponse:
    messages.warning(request, "This file waited for more than a day. Choose it again.")
    return redirect("request_workbook_upload", list_id=request_list.pk)
