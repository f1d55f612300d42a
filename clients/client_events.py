"""What happened to a client, written down for its timeline, in the same transaction as the change."""

from collections.abc import Iterable

from clients.models import Client, ClientEvent
from conversations.live.topics import publish_list
from organizations.models import Membership

WHAT = 300


def record(client: Client, verb: ClientEvent.Verb, what: str = "", *, by: Membership | None) -> None:
    record_all([client], verb, what, by=by)


def record_all(clients: Iterable[Client], verb: ClientEvent.Verb, what: str, *, by: Membership | None) -> None:
    """The same words for all of them; open lists of clients are drawn anew."""
    ClientEvent.objects.bulk_create(
        [ClientEvent(client=client, verb=verb, what=what[:WHAT], member=by) for client in clients], batch_size=500
    )
    publish_list("client")
