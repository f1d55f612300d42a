"""What a contact sees of requests: theirs, with the shared files, in the words of the portal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from clients.models import ClientContact, Document, DocumentVersion, InformationRequest, RequestDocument, RequestList
from clients.request_progress import Progress
from look.dates import day_words
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
        day = day_words(timezone.localtime(self.version.created_at).date(), timezone.localdate())
        by = "" if self.is_from_firm else f" by {self.version.uploaded_by_contact}"
        number = f", version {self.version.number}" if self.version.number > 1 else ""
        return f"{filesizeformat(self.version.size)}, added{by} on {day}{number}"


@dataclass(frozen=True)
class Item:
    """One request of the contact. `form` holds what was typed, if anything was."""

    request: InformationRequest
    contact: ClientContact
    today: date
    form: AnswerForm

    @property
    def can_answer(self) -> bool:
        return self.request.is_with_client and self.request.request_list.status == RequestList.Status.OPEN

    @property
    def is_late(self) -> bool:
        return self.can_answer and self.request.is_overdue(self.today)

    @property
    def is_returned(self) -> bool:
        return self.request.status == Status.RETURNED

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
        due = self.request.due_date
        if self.can_answer and self.is_returned:
            return "Returned"
        if not self.can_answer or due is None:
            return ""
        if self.is_late:
            return f"Was due {due.day} {due:%b}" + (f" {due.year}" if due.year != self.today.year else "")
        return "Due today" if due == self.today else f"Due {day_words(due, self.today)}"

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
    def upload_hint(self) -> str:
        limit = filesizeformat(settings.UPLOAD_LIMIT_BYTES).replace(".0", "")
        return f"PDF, Word, Excel, images or ZIP, up to {limit} each"

    @property
    def has_news(self) -> bool:
        return any(file.is_new for file in self.files)


@dataclass
class Section:
    """One request list: what is still to send, and what was sent."""

    request_list: RequestList
    items: list[Item]
    to_send: list[Item] = field(init=False)
    sent: list[Item] = field(init=False)

    def __post_init__(self) -> None:
        self.to_send = sorted(
            (item for item in self.items if item.can_answer), key=lambda item: item.request.due_date or date.max
        )
        order = [Status.RETURNED, Status.PENDING, Status.SUBMITTED, Status.ACCEPTED, Status.WAIVED]
        rest = [item for item in self.items if not item.can_answer]
        self.sent = sorted(rest, key=lambda item: order.index(item.request.status))

    @property
    def progress(self) -> Progress:
        """What is not needed any more is left out of the total."""
        statuses = [item.request.status for item in self.items]
        late = sum(item.is_late for item in self.items)
        return Progress(
            done=statuses.count(Status.ACCEPTED), firm=statuses.count(Status.SUBMITTED), late=late,
            client=sum(item.request.is_with_client for item in self.items) - late,
        )  # fmt: skip

    @property
    def sent_count(self) -> int:
        return self.progress.done + self.progress.firm

    @property
    def last_date(self) -> date | None:
        return max((item.request.due_date for item in self.to_send if item.request.due_date), default=None)


def visible_requests(contact: ClientContact) -> QuerySet[InformationRequest]:
    shared = RequestDocument.objects.filter(
        document__visibility=Document.Visibility.SHARED, document__deleted_at=None
    ).select_related("document")
    versions = DocumentVersion.objects.select_related("uploaded_by_contact").order_by("number")
    return (
        InformationRequest.objects.visible_to_contact(contact)
        .select_related("request_list", "submitted_by")
        .prefetch_related(
            Prefetch("request_documents", queryset=shared.order_by("created_at", "pk")),
            Prefetch("request_documents__document__versions", queryset=versions),
        )
    )


def shared_documents(contact: ClientContact) -> QuerySet[Document]:
    """Documents on requests the contact sees."""
    requests = InformationRequest.objects.visible_to_contact(contact)
    pairs = RequestDocument.objects.filter(request__in=requests)
    return Document.objects.visible_to_contact(contact).filter(pk__in=pairs.values("document"))


def item_of(request: InformationRequest, contact: ClientContact, form: AnswerForm | None = None) -> Item:
    return Item(request, contact, timezone.localdate(), form or AnswerForm(request=request))


def sections_for(contact: ClientContact) -> list[Section]:
    """The contact's lists, open ones and the newest first."""
    requests = visible_requests(contact).order_by(
        "-request_list__status", "-request_list__created_at", "request_list_id", "position", "pk"
    )
    items = (item_of(request, contact) for request in requests)
    return [Section(key, list(group)) for key, group in groupby(items, key=_list_of)]


def _list_of(item: Item) -> RequestList:
    return item.request.request_list


def is_all_sent(sections: Iterable[Section]) -> bool:
    return not any(section.to_send for section in sections)
