"""Clients, contacts, requests and documents as things to search for.

A row is found by its own words, and by some of its own with the others in its client's name: “north rec” finds the
receivables of Northwind.
"""

import operator
import re
from collections import defaultdict
from functools import reduce
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQueryCombinable, SearchRank
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils.safestring import SafeString

from clients.conversation_subjects import DocumentSubject, RequestSubject
from clients.models import Client, ClientContact, Document, DocumentContent, InformationRequest
from look.files import file_icon
from organizations.models import Membership
from organizations.permissions import Permission
from search.kinds import Hit, Kind
from search.question import Question
from search.words import beginnings

MOST_CLIENTS = 50
#: “R-07”, “PBC 12”, “nw7”: the list's letters and the request's number.
REFERENCE = re.compile(r"([^\W\d_][^\s]{0,9}?)[-\s]?0*([1-9]\d{0,8})")


def clients_named(question: Question) -> dict[tuple[str, ...], list[UUID]]:
    """The clients in whose names some of the words stand, by the words that are left for the row itself."""

    def ask() -> dict[tuple[str, ...], list[UUID]]:
        if len(question.words) < 2:
            return {}
        queries = {word: beginnings(word) for word in question.words}
        clients = Client.objects.visible_to(question.member).filter(tsv=reduce(operator.or_, queries.values()))
        has = {f"word{number}": Q(tsv=query) for number, query in enumerate(queries.values())}
        left = defaultdict(list)
        for pk, *stands in clients.annotate(**has).order_by("-pk").values_list("pk", *has)[:MOST_CLIENTS]:
            left[tuple(word for word, yes in zip(question.words, stands, strict=True) if not yes)].append(pk)
        left.pop((), None)  # the client itself is what was meant, not all that belongs to it
        return dict(left)

    return question.once("clients", ask)


def own_words(question: Question) -> SearchQueryCombinable:
    """What stands in the row itself: all of the words, or those its client's name leaves over."""
    left = [beginnings(" ".join(words)) for words in clients_named(question)]
    return reduce(operator.or_, left, question.query)


def either(first: QuerySet[Any], *others: QuerySet[Any], column: str = "pk") -> QuerySet[Any]:
    """Found by one or another. Asked apart, each by the index that knows it: by “or” every row would be looked at."""
    return first.order_by().values(column).union(*(other.order_by().values(column) for other in others), all=True)


class OfClient(Kind):
    """A kind whose rows belong to a client, by the path `client`."""

    client = "client"

    def matching(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        texts, named = self.model._default_manager, clients_named(question)
        if not named:
            return rows.filter(tsv=question.query)
        of_clients = [
            texts.filter(tsv=beginnings(" ".join(words)), **{f"{self.client}__in": clients})
            for words, clients in named.items()
        ]
        return rows.filter(pk__in=either(texts.filter(tsv=question.query), *of_clients))

    def rank(self, question: Question) -> Combinable:
        return SearchRank(F("tsv"), own_words(question))


class ClientKind(Kind):
    name, label, icon, model = "clients", "Clients", "building", Client
    likeness, compared = "name_key", 5_000

    def visible_to(self, member: Membership) -> QuerySet[Client]:
        if not member.can(Permission.VIEW_CLIENTS):
            return Client.objects.none()
        return Client.objects.visible_to(member).defer("notes", "tsv")

    def named(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        return rows.filter(code_key=question.text.lower())

    def hit(self, row: Client, passage: SafeString) -> Hit:
        place = ", ".join(filter(None, [row.get_type_display(), row.industry]))
        return Hit(
            row.get_absolute_url(), row.name, place, row.code, self.icon,
            "" if row.status == Client.Status.ACTIVE else row.status,
        )  # fmt: skip


class ContactKind(OfClient):
    name, label, icon, model = "contacts", "Contacts", "user", ClientContact
    likeness = "name"

    def visible_to(self, member: Membership) -> QuerySet[ClientContact]:
        if not member.can(Permission.VIEW_CLIENTS):
            return ClientContact.objects.none()
        seen = ClientContact.objects.filter(client__in=Client.objects.visible_to(member))
        return seen.select_related("client").defer("tsv")

    def hit(self, row: ClientContact, passage: SafeString) -> Hit:
        place = ", ".join(filter(None, [row.title, row.client.name, row.email]))
        return Hit(row.client.get_absolute_url(), row.name, place, icon=self.icon)


class RequestKind(OfClient):
    name, label, icon, model = "requests", "Requests", "checklist", InformationRequest
    likeness = "title"
    client = "request_list__client"

    def visible_to(self, member: Membership) -> QuerySet[InformationRequest]:
        return RequestSubject().visible_to(member)

    def named(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        typed = REFERENCE.fullmatch(question.text)
        if typed is None:
            return rows.none()
        return rows.filter(number=int(typed[2]), request_list__prefix__iexact=typed[1])

    def texts(self, rows: list[InformationRequest]) -> dict[UUID, str]:
        return {row.pk: ". ".join(filter(None, [row.category, row.description])) for row in rows}

    def hit(self, row: InformationRequest, passage: SafeString) -> Hit:
        place = f"{row.request_list.client}, {row.request_list}"
        return Hit(row.get_absolute_url(), row.title, place, row.reference, self.icon, row.status, passage=passage)


class DocumentKind(OfClient):
    """Found by its name and by what its newest version says, which stand in a table of their own."""

    name, label, icon, model = "documents", "Documents", "files", Document
    likeness = "name"

    def visible_to(self, member: Membership) -> QuerySet[Document]:
        return DocumentSubject().visible_to(member).filter(client__deleted_at=None)

    def matching(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        of_clients = [
            _read(words).filter(document__client__in=clients) for words, clients in clients_named(question).items()
        ]
        return rows.filter(pk__in=either(_read(question.words), *of_clients, column="document"))

    def rank(self, question: Question) -> Combinable:
        contents = DocumentContent.objects.filter(document=OuterRef("pk"))
        return Subquery(contents.values(rank=SearchRank(F("tsv"), own_words(question)))[:1])

    def texts(self, rows: list[Document]) -> dict[UUID, str]:
        return dict(DocumentContent.objects.filter(document__in=rows).values_list("document", "text"))

    def hit(self, row: Document, passage: SafeString) -> Hit:
        return Hit(row.get_absolute_url(), row.name, row.client.name, icon=file_icon(row.name), passage=passage)


def _read(words: Any) -> QuerySet[Any]:
    return DocumentContent.objects.filter(tsv=beginnings(" ".join(words)))
