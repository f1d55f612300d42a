"""A contact's file in pieces, as `clients.partial_uploads` takes it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from clients.file_checks import clean_name
from clients.models import PartialUpload
from clients.partial_uploads import WrongPlace, begin, finish
from clients.upload_answers import PORTAL, begun, one_file, piece_kept
from clients.uploads import UploadRefused
from clients.views.document_upload import UNFINISHED
from portal.access import contact_required
from portal.answers import received_as
from portal.middleware import PortalRequest
from portal.views.request import NOT_OPEN, back, find_item


@require_POST
@contact_required
def portal_upload_begin(request: PortalRequest, request_id: UUID) -> JsonResponse:
    item = find_item(request, request_id)
    if not item.can_answer:
        return one_file("", error=str(NOT_OPEN))
    return begin_answer(request, request=item.request)


@require_POST
@contact_required
def portal_upload_piece(request: PortalRequest, upload_id: UUID) -> JsonResponse:
    return piece_kept(request, _mine(request, upload_id))


@require_POST
@contact_required
def portal_upload_completion(request: PortalRequest, upload_id: UUID) -> JsonResponse:
    upload = _mine(request, upload_id)
    item = find_item(request, upload.request_id, lock=True) if upload.request_id else None
    if item and not item.can_answer:
        return one_file(upload.name, error=str(NOT_OPEN))
    try:
        version = finish(upload, by=request.contact)
    except WrongPlace:
        return one_file(upload.name, error=str(UNFINISHED))
    except UploadRefused as refused:
        upload.discard()
        return one_file(upload.name, error=str(refused))
    if item is None:
        return one_file(upload.name, redirect=reverse("portal_list_files", args=[upload.request_list_id]))
    received = received_as(version, upload.name, item.request, request.contact)
    for said in filter(None, [received.note, received.advice]):
        messages.info(request, f"{received.name}: {said}")
    return one_file(upload.name, redirect=back(request, item))


def begin_answer(request: PortalRequest, /, **target: Any) -> JsonResponse:
    said = {name: request.POST.get(name, "") for name in ("name", "size", "fingerprint")}
    try:
        return begun(begin(by=request.contact, client=request.contact.client, **said, **target), PORTAL)
    except UploadRefused as refused:
        return one_file(clean_name(said["name"]), error=str(refused))


def _mine(request: PortalRequest, upload_id: UUID) -> PartialUpload:
    uploads = PartialUpload.objects.of(request.contact)
    return get_object_or_404(uploads.select_related("client", "request__request_list", "document"), pk=upload_id)
