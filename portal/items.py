"""What a contact sees of requests: theirs, with the shared files, in the words of the portal."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import (
    ClientContact,
    Document,
    DocumentVersion,
    InformationRequest,
    RequestDocument,
    RequestList,
    RequestSample,
)
from clients.models.request_status import Answer
from clients.request_roll_forward import documents_of, previous_for_contact
from conversations.counting import said_in
from conversations.people import Person
from look.dates import day_words, short_day
from portal.forms import AnswerForm

Status = InformationRequest.Status


@dataclass(frozen=True)
class File:
    """A document on a request, as its newest version."""

    version: DocumentVersion
    request: InformationRequest
    contact: ClientContact

    @property
    def is_from_firm(self) -> bool:
        return self.version.uploaded_by_contact_id is None

    @property
    def is_new(self) -> bool:
        """Uploaded since the last answer, so not yet seen by the firm as part of one."""
        sent = self.request.submitted_at
        return not self.is_from_firm and (sent is None or self.version.created_at > sent)

    @property
    def can_remove(self) -> bool:
        is_mine = self.version.uploaded_by_contact_id == self.contact.pk
        return is_mine and self.is_new and self.request.is_with_client

    @property
    def meta(self) -> str:
        """“214 KB, added by Ana Ruiz on Tue 3 Mar”."""
        facts = {
            "size": filesizeformat(self.version.size),
            "day": day_words(timezone.localtime(self.version.created_at).date(), timezone.localdate()),
            "person": self.version.uploaded_by_contact,
            "number": self.version.number,
        }
        if self.is_from_firm:
            said = _("%(size)s, added on %(day)s")
        elif self.version.number > 1:
            said = _("%(size)s, added by %(person)s on %(day)s, version %(number)s")
        else:
            said = _("%(size)s, added by %(person)s on %(day)s")
        return said % facts


@dataclass(frozen=True)
class Item:
    """One request of the contact. `form` holds what was typed, if anything was."""

    request: InformationRequest
    contact: ClientContact
    today: date
    form: AnswerForm
    unread: int = 0

    @property
    def can_answer(self) -> bool:
        return self.request.is_with_client and self.request.request_list.status == RequestList.Status.OPEN

    @property
    def said_instead(self) -> str:
        """What was said instead of sending something, in the words that were offered."""
        answer = self.request.answer
        return "" if answer in ("", Answer.PROVIDED) else str(dict(AnswerForm.CHOICES)[Answer(answer)])

    @property
    def is_late(self) -> bool:
        return self.can_answer and self.request.is_overdue(self.today)

    @property
    def is_returned(self) -> bool:
        return self.request.status == Status.RETURNED

    @property
    def came_back(self) -> bool:
        """There is a reason to read why it is wanted once more."""
        return self.is_returned or self.request.is_asked_again

    @property
    def status(self) -> str:
        if self.request.is_with_client and not self.can_answer:
            return "not_sent"
        return "overdue" if self.is_late and not self.is_returned else self.request.status

    @property
    def turn(self) -> str:
        return "late" if self.is_late else "client" if self.can_answer else "idle"

    @property
    def label(self) -> str:
        """“Was due 24 Feb”, “Due Fri 6 Mar”; empty where the status has a word of its own."""
        if self.can_answer and self.is_returned:
            return _("Returned")
        return due_words(self.request.due_date, self.today) if self.can_answer else ""

    @property
    def files(self) -> list[File]:
        pairs = (pair.document.versions.all() for pair in self.request.request_documents.all())
        return [File(list(versions)[-1], self.request, self.contact) for versions in pairs if versions]

    @property
    def from_firm(self) -> list[File]:
        return [file for file in self.files if file.is_from_firm]

    @property
    def uploads(self) -> list[File]:
        return [file for file in self.files if not file.is_from_firm]

    @property
    def drop_id(self) -> str:
        return f"files-{self.request.pk}"

    @property
    def upload_hint(self) -> str:
        return upload_hint()

    @cached_property
    def previous(self) -> InformationRequest | None:
        """What was answered to the same request of an earlier list, if this contact saw that one."""
        return previous_for_contact(self.request, self.contact) if self.request.carryovers.all() else None

    @property
    def previous_form(self) -> AnswerForm | None:
        """What was filled into the rows then."""
        return AnswerForm(request=self.previous) if self.previous else None

    @property
    def previous_files(self) -> list[DocumentVersion]:
        documents = documents_of(self.previous, shared_only=True) if self.previous else []
        newest = (
            max(document.versions.all(), key=lambda version: version.number, default=None) for document in documents
        )
        return [version for version in newest if version is not None]

    @property
    def rows_filled(self) -> int:
        """Of a table of samples: in how many rows something stands already."""
        return sum(any(sample.filled) or sample.document_id is not None for sample in self.form.samples)

    @property
    def has_news(self) -> bool:
        return any(file.is_new for file in self.files)


def upload_hint() -> str:
    limit = filesizeformat(settings.UPLOAD_LIMIT_BYTES).replace(".0", "").replace(",0", "")
    return _("PDF, Word, Excel, images or ZIP, up to %(limit)s each") % {"limit": limit}


def due_words(due: date | None, today: date) -> str:
    """“Was due 24 Feb”, “Due today”, “Due Fri 6 Mar”; nothing without a date."""
    if due is None:
        return ""
    if due < today:
        return _("Was due %(day)s") % {"day": short_day(due, today)}
    return _("Due today") if due == today else _("Due %(day)s") % {"day": day_words(due, today)}


def visible_requests(contact: ClientContact) -> QuerySet[InformationRequest]:
    shared = RequestDocument.objects.filter(
        document__visibility=Document.Visibility.SHARED, document__deleted_at=None
    ).select_related("document")
    versions = DocumentVersion.objects.select_related("uploaded_by_contact").order_by("number")
    return (
        InformationRequest.objects.visible_to_contact(contact)
        .select_related("request_list", "submitted_by", "contact")
        .prefetch_related(
            Prefetch("request_documents", queryset=shared.order_by("created_at", "pk")),
            Prefetch("request_documents__document__versions", queryset=versions),
            "carryovers",
            Prefetch("samples", queryset=RequestSample.objects.select_related("document")),
        )
    )


def shared_documents(contact: ClientContact) -> QuerySet[Document]:
    """Documents on requests the contact sees."""
    requests = InformationRequest.objects.visible_to_contact(contact)
    pairs = RequestDocument.objects.filter(request__in=requests)
    return Document.objects.visible_to_contact(contact).filter(pk__in=pairs.values("document"))


def items_of(requests: Iterable[InformationRequest], contact: ClientContact) -> list[Item]:
    """For pages of many: with how many messages the contact has not read, in one query for all."""
    rows = list(requests)
    said = said_in([row.thread_id for row in rows], Person(contact.name, contact_id=contact.pk))
    unread = {thread_id: found.unread for thread_id, found in said.items()}
    return [replace(item_of(row, contact), unread=unread.get(row.thread_id, 0)) for row in rows]


def item_of(request: InformationRequest, contact: ClientContact, form: AnswerForm | None = None) -> Item:
    return Item(request, contact, timezone.localdate(), form or AnswerForm(request=request))
