"""What the palette offers to do for the clients that were typed."""

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from clients.models import Client, InformationRequest
from clients.search_kinds import clients_named
from organizations.permissions import Permission
from search.actions import Action
from search.question import Question

MOST = 2


def of_clients(question: Question) -> Iterator[Action]:
    """A reminder and a new list for each client that the words name; or the words as a new client."""
    if not question.words:
        return
    found: list[Client] = []
    if question.member.can(Permission.VIEW_CLIENTS):
        seen = Client.objects.visible_to(question.member).exclude(status=Client.Status.ARCHIVED)
        named = seen.only("name").order_by("name_key")
        found = list(named.filter(tsv=question.query)[:MOST])
        if question.member.can(Permission.MANAGE_REQUESTS):
            # “north rec” looks for something at Northwind, for whom there is something to do, too.
            beside = chain.from_iterable(clients_named(question).values())
            yield from _requests(found or list(named.filter(pk__in=beside)[:MOST]), question)
    if not found and question.member.can(Permission.MANAGE_CLIENTS):
        address = f"{reverse('client_create')}?{urlencode({'name': question.text})}"
        yield Action(f"Add “{question.text}” as a client", address, "plus")


def _requests(clients: list[Client], question: Question) -> Iterator[Action]:
    waiting = _waiting_at(clients, question)
    for client in clients:
        if note := waiting.get(client.pk):
            address = reverse("client_reminder", kwargs={"client_id": client.pk})
            yield Action(f"Send a reminder to {client}", address, "send", note, is_meant=True)
    for client in clients:
        address = f"{reverse('request_list_create')}?{urlencode({'client': str(client.pk)})}"
        yield Action(f"New request list for {client}", address, "plus", is_meant=True)


def _waiting_at(clients: list[Client], question: Question) -> dict[UUID, str]:
    """“3 overdue requests”, or how many wait at all; where nothing does there is nothing to remind of."""
    today = question.member.organization.today
    asked = InformationRequest.objects.open_to(question.member).in_progress().with_client()
    rows = asked.filter(request_list__client__in=clients).order_by().values("request_list__client")
    counts = rows.annotate(all=Count("pk"), late=Count("pk", filter=Q(due_date__lt=today)))
    return {row["request_list__client"]: _note(row["late"], row["all"]) for row in counts} if clients else {}


def _note(late: int, count: int) -> str:
    words = f"{late or count} overdue request" if late else f"{count} request"
    return f"{words}{'' if (late or count) == 1 else 's'}{'' if late else ' with the client'}"
