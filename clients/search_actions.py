"""What the palette offers to do for the clients that were typed."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode

from clients.models import Client
from organizations.permissions import Permission
from search.actions import Action
from search.question import Question

MOST = 2


def of_clients(question: Question) -> Iterator[Action]:
    """A new list for each client that the words name; or the words as a new client."""
    if not question.words:
        return
    found: list[Client] = []
    if question.member.can(Permission.VIEW_CLIENTS):
        seen = Client.objects.visible_to(question.member).filter(tsv=question.query)
        found = list(seen.exclude(status=Client.Status.ARCHIVED).only("name").order_by("name_key")[:MOST])
    if question.member.can(Permission.MANAGE_REQUESTS):
        for client in found:
            address = f"{reverse('request_list_create')}?{urlencode({'client': str(client.pk)})}"
            yield Action(f"New request list for {client}", address, "plus")
    if not found and question.member.can(Permission.MANAGE_CLIENTS):
        address = f"{reverse('client_create')}?{urlencode({'name': question.text})}"
        yield Action(f"Add “{question.text}” as a client", address, "plus")
