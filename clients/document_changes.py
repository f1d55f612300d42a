"""What people do with documents that are there: every step is in the audit trail by the rows it changes."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from clients.document_purge import kept_for, purge_document
from clients.models import (
    Document,
    DocumentContent,
    DocumentIntake,
    DocumentVersion,
    InformationRequest,
    RequestDocument,
)
from conversations.live.topics import publish, publish_list
from organizations.models import Membership

#: Rules of the apps above: what shows a document, or one version of it, and would lose it; each named for the person.
users: list[Callable[[Document, DocumentVersion | None, Membership | None], list[str]]] = []


class InUse(Exception):
    """The document is not deleted; the message is a sentence for the person."""

    def __init__(self, named: list[str]) -> None:
        super().__init__(f"It is cited, so it stays: {', '.join(named)}. Let them cite another document first.")


@transaction.atomic
def rename(document: Document, name: str) -> None:
    Document.objects.filter(pk=document.pk).update(name=name)
    DocumentContent.objects.filter(document=document).update(name=name)
    publish("document", document.pk)


@transaction.atomic
def show_to(document: Document, visibility: str) -> None:
    Document.objects.filter(pk=document.pk).update(visibility=visibility)
    publish("document", document.pk)


def hold(document: Document, version: DocumentVersion | None = None, *, by: Membership | None = None) -> None:
    """Before a document, or one version of it, goes. Raises InUse where something shows it that would lose it."""
    list(Document.objects.select_for_update(of=("self",)).filter(pk=document.pk).values_list("pk"))
    if named := [name for used_by in users for name in used_by(document, version, by)]:
        raise InUse(named)


@transaction.atomic
def delete(document: Document, *, by: Membership | None = None) -> None:
    """To the trash, with its versions and links; for good when the time for second thoughts is over.

    Raises InUse where something shows it that would lose it.
    """
    hold(document, by=by)
    Document.objects.filter(pk=document.pk).update(deleted_at=timezone.now())
    publish("document", document.pk)
    purge_document.enqueue_in(int(kept_for().total_seconds()) + 1, document_id=document.pk)


@transaction.atomic
def restore(document: Document) -> None:
    Document.with_deleted.filter(pk=document.pk).update(deleted_at=None)
    publish("document", document.pk)


@transaction.atomic
def link(document: Document, request: InformationRequest) -> None:
    """One file may answer many requests."""
    RequestDocument.objects.get_or_create(document=document, request=request)
    DocumentIntake.objects.filter(document=document).delete()
    publish("document", document.pk)


@transaction.atomic
def unlink(pair: RequestDocument) -> None:
    pair.delete()
    publish("document", pair.document_id)


@transaction.atomic
def use_instead(document: Document, other: Document, *, by: Membership) -> None:
    """The same file is there twice: the other answers this one's requests from now on, and this one goes to the trash."""
    for pair in RequestDocument.objects.filter(document=document):
        RequestDocument.objects.get_or_create(document=other, request_id=pair.request_id)
    if document.visibility == Document.Visibility.SHARED:
        show_to(other, Document.Visibility.SHARED)
    delete(document, by=by)


@transaction.atomic
def settle(decisions: Iterable[tuple[Document, InformationRequest | None]]) -> int:
    """Waiting documents answer what was chosen for them, or nothing in particular. How many answer a request now."""
    matched = 0
    for document, request in decisions:
        DocumentIntake.objects.filter(document=document).delete()
        if request is not None:
            RequestDocument.objects.get_or_create(document=document, request=request)
            matched += 1
    publish_list("document")
    return matched
