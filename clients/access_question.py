"""Why does somebody see this? The same question as `visible_to` and `@requires`, asked of one thing and answered in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from clients import client_access, project_access
from clients.client_access import Answer
from clients.document_seers import who_see
from clients.models import Client, Document, InformationRequest
from organizations.models import Membership
from organizations.permissions import Permission


@dataclass(frozen=True)
class Kind:
    """Something people ask about: how it is found by words, what decides who sees it, and the page that changes that."""

    label: str
    find: Callable[[Membership, str], QuerySet[Any]]
    explain: Callable[[Membership, Any], Answer]
    page: Callable[[Any], str]


#: By the word in the address. Apps above put theirs in with `AppConfig.ready()`.
KINDS: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    KINDS[name] = kind


def client_page(client: Client) -> str:
    return reverse("client_access", kwargs={"client_id": client.pk})


def _clients(member: Membership, words: str) -> QuerySet[Client]:
    """The client of that code, else all whose name has these words in it."""
    clients = Client.objects.visible_to(member).order_by("name_key", "id")
    exact = clients.filter(code_key=words.lower()).exclude(code="")
    return exact if exact.exists() else clients.filter(name_key__contains=words.lower())


def _requests(member: Membership, words: str) -> QuerySet[InformationRequest]:
    """By title, or by a reference such as R-012: its number."""
    called = Q(title__icontains=words)
    if number := number_in(words):
        called |= Q(number=number)
    found = InformationRequest.objects.visible_to(member).filter(called).defer("tsv")
    related = found.select_related("request_list__client", "request_list__project__client")
    return related.order_by("-created_at", "-id")


def number_in(words: str) -> int | None:
    """12 for “12” and for “T-012”."""
    number = words.rpartition("-")[2]
    return int(number) if number.isdecimal() and len(number) < 8 else None


def _documents(member: Membership, words: str) -> QuerySet[Document]:
    found = Document.objects.visible_to(member).filter(name__icontains=words)
    return found.select_related("client").order_by("-created_at", "-id")


def _why_request(member: Membership, request: InformationRequest) -> Answer:
    asked, needs = request.request_list, Permission.VIEW_REQUESTS
    if asked.project is not None:
        return project_access.explain(member, asked.project, needs=needs)
    return _of_client(member, asked.client, needs)


def _why_document(member: Membership, document: Document) -> Answer:
    answer = _of_client(member, document.client, Permission.VIEW_DOCUMENTS)
    if answer.sees and member not in who_see(document):
        return Answer(False, f"It answers only requests of projects that are closed to {member}.")
    return answer


def _of_client(member: Membership, client: Client, needs: Permission) -> Answer:
    answer = client_access.explain(member, client, needs=needs)
    return Answer(True, f"It is of {client}. {answer.why}") if answer.sees else answer


register("client", Kind("Client", _clients, client_access.explain, client_page))
register("request", Kind("Request", _requests, _why_request, lambda request: client_page(request.request_list.client)))
register("document", Kind("Document", _documents, _why_document, lambda document: client_page(document.client)))
