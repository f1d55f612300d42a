"""Why does somebody see this? The same question as `visible_to` and `@requires`, asked of one thing and answered in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from clients.client_access import Answer, explain
from clients.models import Client, Document, InformationRequest, Project
from organizations.models import Membership
from organizations.permission_sources import source
from organizations.permissions import PERMISSION_WORDS, Permission


@dataclass(frozen=True)
class Kind:
    """Something people ask about: how it is found by words, whose client it is, and what it needs beyond that client."""

    label: str
    find: Callable[[Membership, str], QuerySet[Any]]
    client: str
    needs: Permission


def _clients(member: Membership, words: str) -> QuerySet[Client]:
    """The client of that code, else all whose name has these words in it."""
    clients = Client.objects.visible_to(member).order_by("name_key", "id")
    exact = clients.filter(code_key=words.lower()).exclude(code="")
    return exact if exact.exists() else clients.filter(name_key__contains=words.lower())


def _requests(member: Membership, words: str) -> QuerySet[InformationRequest]:
    """By title, or by a reference such as R-012: its number."""
    number = words.rpartition("-")[2]
    called = Q(title__icontains=words)
    if number.isdecimal() and len(number) < 8:
        called |= Q(number=int(number))
    found = InformationRequest.objects.visible_to(member).filter(called).defer("tsv")
    return found.select_related("request_list__client").order_by("-created_at", "-id")


def _documents(member: Membership, words: str) -> QuerySet[Document]:
    found = Document.objects.visible_to(member).filter(name__icontains=words)
    return found.select_related("client").order_by("-created_at", "-id")


def _projects(member: Membership, words: str) -> QuerySet[Project]:
    found = Project.objects.visible_to(member).filter(name__icontains=words)
    return found.select_related("client").order_by("-created_at", "-id")


KINDS = {
    "client": Kind("Client", _clients, "", Permission.VIEW_CLIENTS),
    "request": Kind("Request", _requests, "request_list.client", Permission.VIEW_REQUESTS),
    "document": Kind("Document", _documents, "client", Permission.VIEW_DOCUMENTS),
    "project": Kind("Project", _projects, "client", Permission.VIEW_PROJECTS),
}


def client_of(kind: Kind, thing: Any) -> Client | None:
    for name in filter(None, kind.client.split(".")):
        thing = getattr(thing, name)
    return thing


def explain_thing(member: Membership, kind: Kind, thing: Any) -> Answer:
    """What is of a client is seen by whom wall and restriction let through to it, and who may see its kind."""
    client = client_of(kind, thing)
    if client is None:
        return _of_the_firm(member, kind)
    answer = explain(member, client, needs=kind.needs)
    if answer.sees and kind.client:
        return Answer(True, f"It is of {client}. {answer.why}")
    return answer


def _of_the_firm(member: Membership, kind: Kind) -> Answer:
    words, says = PERMISSION_WORDS[kind.needs], source(member, kind.needs)
    if not member.can(kind.needs):
        return Answer(False, f"{member} may not: {words[0].lower()}{words[1:]}. {says}")
    return Answer(True, f"It belongs to the firm and to no client. {says}")
