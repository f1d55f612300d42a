"""Finding clients: words, filters and order, as the list page asks."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict

from clients.models import Client, ClientAssignment
from clients.text_search import beginnings
from organizations.models import Membership

ORDERS = {
    "name": ("name_key", "id"), "-name": ("-name_key", "-id"), "code": ("code_key", "id"), "-code": ("-code_key", "-id"),
    "newest": ("created_at", "id"), "-newest": ("-created_at", "-id"),
}  # fmt: skip


@dataclass(frozen=True)
class ClientFilter:
    """What the address says. Values nobody offers are ignored."""

    words: str = ""
    status: str = ""
    type: str = ""
    lead: str = ""
    order: str = "name"

    @classmethod
    def read(cls, params: QueryDict) -> "ClientFilter":
        def one_of(name: str, values: list[str]) -> str:
            return params.get(name, "") if params.get(name, "") in values else ""

        return cls(
            words=params.get("q", "").replace("\0", "").strip()[:100],
            status=one_of("status", [*Client.Status.values, "all"]),
            type=one_of("type", Client.Kind.values),
            lead="me" if params.get("lead") == "me" else "",
            order=one_of("o", list(ORDERS)) or "name",
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.status or self.type or self.lead)

    def apply(self, clients: "QuerySet[Client]", member: Membership) -> "QuerySet[Client]":
        if self.status != "all":
            clients = (
                clients.filter(status=self.status) if self.status else clients.exclude(status=Client.Status.ARCHIVED)
            )
        if self.type:
            clients = clients.filter(type=self.type)
        if self.lead:
            clients = clients.filter(
                pk__in=ClientAssignment.objects.filter(member=member, is_lead=True).values("client")
            )
        return matching(clients, self.words) if self.words else clients


def matching(clients: "QuerySet[Client]", words: str) -> "QuerySet[Client]":
    """Every word begins a word of name, code or industry."""
    return clients.filter(tsv=beginnings(words))


def sortable(clients: "QuerySet[Client]") -> "QuerySet[Client]":
    lead = ClientAssignment.objects.filter(client=OuterRef("pk"), is_lead=True).values("member__display_name")[:1]
    return clients.annotate(lead_name=Subquery(lead)).defer("notes", "tsv")
