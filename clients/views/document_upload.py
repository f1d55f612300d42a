"""Members add files: to a client, to a list, or as a document's next version; whole in a form, or in pieces."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clients.file_checks import clean_name, format_note
from clients.forms.document import UploadForm
from clients.models import Client, Document, DocumentVersion, InformationRequest, PartialUpload
from clients.partial_uploads import WrongPlace, begin, finish
from clients.upload_answers import STAFF, begun, one_file, piece_kept
from clients.uploads import UploadRefused, other_name, same_elsewhere, store_for_client, store_upload, store_version
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

NO_FILES = "No file was chosen. Choose one or more, then press “Add files”."
UNFINISHED = gettext_lazy(
    "Not sent: the file did not arrive whole. Choose it again; what is here already is not sent twice."
)


@dataclass(frozen=True)
class Received:
    name: str
    error: str = ""
    note: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DOCUMENTS)
def document_upload(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """Without scripts, an ordinary form with many files; with them, each file goes by `document_upload_begin`."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    if request.method != "POST":
        form = UploadForm(client=client, member=request.member, initial={"request": request.GET.get("request")})
        return _upload_page(request, client, form)
    form = UploadForm(request.POST, client=client, member=request.member)
    if not form.is_valid():
        return _upload_page(request, client, form, status=422)
    uploads = request.FILES.getlist("files")
    if not uploads:
        return _upload_page(request, client, form, refusal=NO_FILES, status=422)
    received = take(uploads, lambda upload: _store(request, client, form, upload), form.cleaned_data["request"])
    if any(file.error for file in received):
        return _upload_page(request, client, form, received=received, status=422)
    _tell(request, received)
    return redirect(_place(client, form.cleaned_data["request"]))


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_upload_begin(request: OrganizationRequest, client_id: UUID) -> JsonResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    form = UploadForm(request.POST, client=client, member=request.member)
    if not form.is_valid():
        return one_file("", error="The request chosen is not open any more. Reload the page.")
    visibility = form.cleaned_data["visibility"]
    return begin_answer(request, client, request=form.cleaned_data["request"], visibility=visibility)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_version_upload(request: OrganizationRequest, document_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    uploads = request.FILES.getlist("files")[:1]
    if not uploads:
        messages.error(request, "No file was chosen. Choose one, then press “Add version”.")
        return redirect(document)
    for file in take(uploads, lambda upload: store_version(upload, document=document, by=request.member)):
        messages.error(request, f"{file.name}: {file.error}") if file.error else messages.success(
            request, "Version added"
        )
    return redirect(document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_version_begin(request: OrganizationRequest, document_id: UUID) -> JsonResponse:
    document = visible_document(request, document_id)
    return begin_answer(request, document.client, document=document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def upload_piece(request: OrganizationRequest, upload_id: UUID) -> JsonResponse:
    return piece_kept(request, _mine(request, upload_id))


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def upload_completion(request: OrganizationRequest, upload_id: UUID) -> JsonResponse:
    upload = _mine(request, upload_id)
    try:
        version = finish(upload, by=request.member)
    except WrongPlace:
        return one_file(upload.name, error=str(UNFINISHED))
    except UploadRefused as refused:
        upload.discard()
        return one_file(upload.name, error=str(refused))
    note = _note(version, upload.name, upload.request)
    if upload.document_id:
        return one_file(upload.name, redirect=version.document.get_absolute_url())
    if upload.request_list_id:
        return one_file(
            upload.name, note=note, redirect=reverse("list_files", kwargs={"list_id": upload.request_list_id})
        )
    return one_file(upload.name, note=note, redirect=_place(upload.client, upload.request))


def begin_answer(request: OrganizationRequest, client: Client, /, **target: Any) -> JsonResponse:
    said = {name: request.POST.get(name, "") for name in ("name", "size", "fingerprint")}
    try:
        return begun(begin(by=request.member, client=client, **said, **target), STAFF)
    except UploadRefused as refused:
        return one_file(clean_name(said["name"]), error=str(refused))


def take(
    uploads: Iterable[UploadedFile],
    store: Callable[[UploadedFile], DocumentVersion],
    asked: InformationRequest | None = None,
) -> list[Received]:
    """Keep each file that may come in; a refused one does not lose the others."""
    received = []
    for upload in uploads:
        name = clean_name(upload.name)
        try:
            received.append(Received(name, note=_note(store(upload), upload.name or "", asked)))
        except UploadRefused as refused:
            received.append(Received(name, error=str(refused)))
    return received


def visible_document(request: OrganizationRequest, document_id: UUID) -> Document:
    documents = Document.objects.visible_to(request.member).filter(client__deleted_at=None).select_related("client")
    return get_object_or_404(documents, pk=document_id)


def _mine(request: OrganizationRequest, upload_id: UUID) -> PartialUpload:
    """An upload this member began, for a client they still see."""
    uploads = PartialUpload.objects.of(request.member).filter(client__in=Client.objects.visible_to(request.member))
    return get_object_or_404(uploads.select_related("client", "request__request_list", "document"), pk=upload_id)


def _store(request: OrganizationRequest, client: Client, form: UploadForm, upload: UploadedFile) -> DocumentVersion:
    asked, visibility = form.cleaned_data["request"], form.cleaned_data["visibility"]
    if asked:
        return store_upload(upload, request=asked, by=request.member)
    return store_for_client(upload, client=client, by=request.member, visibility=visibility)


def _note(version: DocumentVersion, sent_as: str, asked: InformationRequest | None) -> str:
    """Where the same file is already, or that it is not in the format asked for."""
    if name := other_name(version, sent_as):
        return f"This is here already as “{name}”."
    member = version.uploaded_by_member
    if member and (same := same_elsewhere(version).open_to(member).first()):
        return f"The same file is here already as “{same.name}”. Open the document to use that one instead."
    return format_note(version.document.name, asked.expected_format) if asked else ""


def _tell(request: OrganizationRequest, received: list[Received]) -> None:
    count = len(received)
    messages.success(request, f"{count} file{'' if count == 1 else 's'} added")
    for file in received:
        if file.note:
            messages.warning(request, f"{file.name}: {file.note}")


def _place(client: Client, asked: InformationRequest | None) -> str:
    return asked.get_absolute_url() if asked else reverse("client_documents", kwargs={"client_id": client.pk})


def _upload_page(
    request: OrganizationRequest, client: Client, form: UploadForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    return render(request, "clients/document/upload.html", {"client": client, "form": form, **context}, status=status)
