"""The page on which a person gets a copy of what is stored about them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import exporting, jobs
from accounts.models import DataExport
from accounts.storage import is_of, personal_files
from audit.log import record_platform


def data_export(request: Any) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        try:
            export = exporting.ask(request.user)
        except exporting.ExportRefused as refused:
            refusal = str(refused)
        else:
            jobs.make_export.enqueue(request.user, export_id=export.pk)
            record_platform("export_asked", "data_exports", export.pk)
            messages.success(request, "We are collecting your data")
            return redirect("data_export")
    exports = list(DataExport.objects.filter(user=request.user).order_by("-created_at"))
    context = {
        "exports": exports,
        "at_work": any(export.is_at_work for export in exports),
        "refusal": refusal,
        "parts": [words for words, _ in exporting.PARTS.values()],
    }
    template = "account/export.html#state" if request.htmx else "account/export.html"
    return render(request, template, context, status=429 if refusal else 200)


@require_safe
def data_export_file(request: Any, export_id: UUID) -> HttpResponseBase:
    export = get_object_or_404(DataExport, pk=export_id, user=request.user, status="ready")
    key = export.storage_key
    if not is_of(request.user.pk, "exports", key) or not personal_files().exists(key):
        raise Http404("No such file.")
    record_platform("export_downloaded", "data_exports", export.pk)
    name = f"tickmark-data-{export.created_at:%Y-%m-%d}.zip"
    return FileResponse(personal_files().open(key), as_attachment=True, filename=name, content_type="application/zip")
