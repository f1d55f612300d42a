"""What a package of evidence holds: read once, in the firm's transaction, before the first byte goes out."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from clients.downloads import held_sentence
from clients.file_checks import clean_name
from clients.models import (
    Client,
    Document,
    DocumentVersion,
    InformationRequest,
    RequestDocument,
    RequestList,
    RequestSample,
)
from clients.models.answer_type import AnswerType
from clients.models.request_status import Answer, Status
from organizations.models import Membership

#: Names that Windows refuses, and letters no file system takes everywhere.
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
GAPS = {
    Status.PENDING: "Not answered",
    Status.RETURNED: "Returned and not answered again",
    Status.SUBMITTED: "Answered, not reviewed",
}


@dataclass(frozen=True)
class Entry:
    """One file of the package."""

    path: str
    version: DocumentVersion

    @property
    def document(self) -> Document:
        return self.version.document

    @property
    def parts(self) -> list[str]:
        return self.path.split("/")

    @property
    def versions(self) -> str:
        return f"version {self.version.number}" if self.version.number > 1 else ""


@dataclass
class Item:
    """A request with its files; `gaps` says what is missing."""

    request: InformationRequest
    entries: list[Entry] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    @property
    def samples(self) -> list[RequestSample]:
        """The rows of a table of samples."""
        return list(self.request.samples.all()) if self.request.answer_type == AnswerType.TABLE else []

    @property
    def columns(self) -> list[str]:
        options = self.request.options
        return [*options.given, *(column.label for column in options.asked)]

    @property
    def rows(self) -> list[list[str]]:
        """What was selected, and beside it what the client says of it, under the `columns`."""
        given, asked = len(self.request.options.given), len(self.request.options.asked)
        return [[*padded(sample.given, given), *padded(sample.filled, asked)] for sample in self.samples]

    @property
    def has_answer(self) -> bool:
        """In files, in words, as a value, or in the rows of a table."""
        said = self.entries or self.request.answer_text or self.request.answer_words
        return bool(said) or any(any(sample.filled) or sample.document_id for sample in self.samples)


@dataclass
class Section:
    name: str
    items: list[Item] = field(default_factory=list)


@dataclass
class Contents:
    client: Client
    request_list: RequestList | None
    sections: list[Section]
    others: list[Entry]
    left_out: list[str]

    @property
    def items(self) -> list[Item]:
        return [item for section in self.sections for item in section.items]

    @property
    def entries(self) -> list[Entry]:
        """Each file once, whatever number of requests it answers."""
        found = [entry for item in self.items for entry in item.entries] + self.others
        return list({entry.path: entry for entry in found}.values())

    @property
    def size(self) -> int:
        return sum(entry.version.size for entry in self.entries)

    @property
    def gaps(self) -> list[tuple[Item, str]]:
        return [(item, gap) for item in self.items for gap in item.gaps]

    @property
    def title(self) -> str:
        return f"{self.request_list.title}, {self.client}" if self.request_list else f"Evidence of {self.client}"


def gather(client: Client, request_list: RequestList | None, *, seen_by: Membership) -> Contents:
    """All that is published of one list, or of the client's lists, with the documents that answer nothing."""
    return Gathering(client, request_list, seen_by).contents()


class Gathering:
    def __init__(self, client: Client, request_list: RequestList | None, seen_by: Membership) -> None:
        self.client, self.request_list, self.seen_by = client, request_list, seen_by
        self.paths: set[str] = set()
        self.by_document: dict[object, Entry] = {}
        self.left_out: list[str] = []

    def contents(self) -> Contents:
        sections: dict[str, Section] = {}
        for request in self._requests():
            name = request.category or "Without a section"
            if not self.request_list:
                name = f"{request.request_list.title}: {name}"
            sections.setdefault(name, Section(name)).items.append(self._item(request, name))
        others = [] if self.request_list else self._others()
        return Contents(self.client, self.request_list, list(sections.values()), others, self.left_out)

    def _requests(self) -> "QuerySet[InformationRequest]":
        mine = (
            InformationRequest.objects.published()
            .open_to(self.seen_by)
            .filter(request_list__client=self.client, request_list__deleted_at=None)
        )
        if self.request_list:
            mine = mine.filter(request_list=self.request_list)
        pairs = (
            RequestDocument.objects.filter(document__deleted_at=None)
            .select_related("document")
            .order_by("created_at", "id")
        )
        related = ("request_list", "submitted_by", "reviewed_by")
        return (
            mine.select_related(*related).defer("tsv", "request_list__created_by")
            .prefetch_related(Prefetch("request_documents", queryset=pairs), _versions("request_documents__document__versions"))
            .prefetch_related(Prefetch("samples", queryset=RequestSample.objects.order_by("position")))
            .order_by("request_list__created_at", "request_list", "position", "id")
        )  # fmt: skip

    def _item(self, request: InformationRequest, section: str) -> Item:
        item = Item(request)
        for pair in request.request_documents.all():
            self._add(pair.document, f"files/{safe(section)}/{safe(f'{request.reference} {request.title}'[:60])}", item)
        if (gap := GAPS.get(Status(request.status))) is not None:
            late = " and past its due date" if request.is_overdue(timezone.localdate()) else ""
            item.gaps.append(gap + late)
        elif request.status == Status.ACCEPTED and request.answer == Answer.PROVIDED and not item.has_answer:
            item.gaps.append("Accepted without a file")
        return item

    def _others(self) -> list[Entry]:
        rest = Document.objects.open_to(self.seen_by).filter(client=self.client).order_by("created_at", "id")
        rest = rest.exclude(pk__in=[*self.by_document])
        item = Item(InformationRequest())
        for document in rest.prefetch_related(_versions("versions")):
            self._add(document, "files/Other documents", item)
        self.left_out += item.gaps
        return item.entries

    def _add(self, document: Document, folder: str, item: Item) -> None:
        """The newest version, in the folder of the first request it answers; or a gap that says why not."""
        if document.pk in self.by_document:
            item.entries.append(self.by_document[document.pk])
            return
        version = next(iter(document.versions.all()), None)
        if version is None:
            return
        version.document = document
        if version.is_held:
            item.gaps.append(f"{document.name}: {held_sentence(version)}")
        elif not default_storage.exists(version.storage_key):
            item.gaps.append(f"{document.name} is not in the file store")
        else:
            entry = Entry(self._free(f"{folder}/{safe(clean_name(document.name))}"), version)
            self.by_document[document.pk] = entry
            item.entries.append(entry)

    def _free(self, path: str) -> str:
        """No two files at one path, whatever a file system thinks of large and small letters."""
        wanted, number = PurePosixPath(path), 1
        while path.casefold() in self.paths:
            number += 1
            path = str(wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}"))
        self.paths.add(path.casefold())
        return path


def padded(cells: list[Any], length: int) -> list[str]:
    return [str(cell) for cell in [*cells, *[""] * length][:length]]


def safe(name: str) -> str:
    """A name that every file system takes, and that leads nowhere else."""
    return UNSAFE.sub("_", name).strip(" .")[:120] or "_"


def _versions(lookup: str) -> Prefetch:
    related = DocumentVersion.objects.select_related("uploaded_by_member", "uploaded_by_contact").prefetch_related(
        "scans"
    )
    return Prefetch(lookup, queryset=related.order_by("-number"))
