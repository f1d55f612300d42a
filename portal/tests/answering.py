"""What a contact does with a request, and what the firm has of it then."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from clients.models import Document, DocumentVersion, InformationRequest, RequestEvent
from tests.cast import PDF, Cast


def pdf(name: str = "March.pdf", content: bytes = PDF + b"march") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def fresh(cast: Cast, item: InformationRequest) -> InformationRequest:
    with cast.ours.inside():
        return InformationRequest.objects.get(pk=item.pk)


def events(cast: Cast, item: InformationRequest) -> int:
    with cast.ours.inside():
        return RequestEvent.objects.filter(request=item).count()


def versions(cast: Cast, item: InformationRequest) -> list[DocumentVersion]:
    with cast.ours.inside():
        documents = Document.objects.filter(request_documents__request=item)
        return list(DocumentVersion.objects.filter(document__in=documents).select_related("document"))


def page(browser: Browser, cast: Cast, name: str, **kwargs: Any) -> str:
    return browser.get(cast.ours.portal(name, **kwargs)).content.decode()


def upload(browser: Browser, cast: Cast, *files: Any, item: Any = None, **extra: Any):
    where = cast.ours.portal("portal_upload", request_id=(item or cast.ours.pending).pk)
    headers = extra.pop("headers", None)
    return browser.post(where, {"files": list(files), **extra}, headers=headers)


def send(browser: Browser, cast: Cast, item: Any = None, **data: Any):
    return browser.post(cast.ours.portal("portal_submission", request_id=(item or cast.ours.pending).pk), data)
