"""What a contact reads and writes: the client's thread of a thing they see, and never the firm's own."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from clients.models import ClientContact, DocumentVersion
from conversations.forms import CommentForm
from conversations.models import Comment
from conversations.people import Person
from conversations.reading import Conversation, conversation
from conversations.subjects import SUBJECTS, Subject
from portal.items import shared_documents


def person(contact: ClientContact) -> Person:
    return Person(contact.name, contact_id=contact.pk)


def conversation_of(
    row: Any, contact: ClientContact, *, before: str = "", form: CommentForm | None = None
) -> Conversation:
    return conversation(row, person(contact), before=before, form=form)


def subject_of(comment: Comment, contact: ClientContact) -> tuple[Subject, Any] | None:
    """What a comment of a client's thread is about, if the contact sees that."""
    for subject in SUBJECTS.values():
        if subject.has_client_side:
            row = subject.visible_to_contact(contact).filter(thread=comment.thread_id).first()
            if row is not None:
                return subject, row
    return None


def file_urls(contact_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Where the contact opens those of the documents that are shared on what they see."""
    contact = ClientContact.objects.filter(pk=contact_id).first()
    if contact is None:
        return {}
    seen = DocumentVersion.objects.filter(document__in=shared_documents(contact).filter(pk__in=list(ids)))
    newest = seen.order_by("number").values_list("document_id", "pk")
    return {document: reverse("portal_download", kwargs={"version_id": version}) for document, version in newest}
