"""Finding clients: words, filters and order, as the list page asks. What the address says wrongly filters nothing."""

from dataclasses import dataclass, fields
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils import timezone

from clients.models import Client, ClientAssignment, ClientTagging, InformationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from search.words import beginnings

ORDERS = {
    "name": ("name_key", "id"), "-name": ("-name_key", "-id"), "code": ("code_key", "id"), "-code": ("-code_key", "-id"),
    "industry": ("industry", "id"), "-industry": ("-industry", "-id"),
    "year_end": ("year_end", "id"), "-year_end": ("-year_end", "-id"),
    "newest": ("created_at", "id"), "-newest": ("-created_at", "-id"),
}  # fmt: skip
#: Whose turn it is, as somebody looks for it.
TURNS = {"late": "Overdue", "firm": "To review", "client": "With the client", "nobody": "Nothing open"}
MONTHS = [f"{month:02d}" for month in range(1, 13)]
SEPARATE = ("order",)


@dataclass(frozen=True)
class ClientFilter:
    """The filters in the address, under the names of its parameters; `lead` and `staff` may be “me”, or an id."""

    words: str = ""
    status: str = ""
    type: str = ""
    turn: str = ""
    lead: str = ""
    staff: str = ""
    industry: str = ""
    tag: str = ""
    year_end: str = ""
    order: str = "name"

    @classmethod
    def read(cls, params: QueryDict) -> "ClientFilter":
        def one_of(name: str, values: list[str]) -> str:
            return params.get(name, "") if params.get(name, "") in values else ""

        def text(name: str) -> str:
            return params.get(name, "").replace("\0", "").strip()[:120]

        return cls(
            words=text("q")[:100],
            status=one_of("status", [*Client.Status.values, "all"]),
            type=one_of("type", Client.Kind.values),
            turn=one_of("turn", list(TURNS)),
            lead=one_of("lead", ["me", "nobody"]) or _id(params.get("lead", "")),
            staff=one_of("staff", ["me", "nobody"]) or _id(params.get("staff", "")),
            industry=text("industry"),
            tag=_id(params.get("tag", "")),
            year_end=one_of("year_end", MONTHS),
            order=one_of("o", list(ORDERS)) or "name",
        )

    @property
    def is_narrow(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self) if field.name not in SEPARATE)

    @property
    def is_narrow_beyond(self) -> bool:
        """Whether a filter of the second row is on, which is folded away otherwise."""
        return bool(self.type or self.staff or self.industry or self.tag or self.year_end)

    def apply(self, clients: "QuerySet[Client]", member: Membership) -> "QuerySet[Client]":
        clients = self._of_status(clients)
        if self.type:
            clients = clients.filter(type=self.type)
        if self.industry:
            clients = clients.filter(industry=self.industry)
        if self.year_end:
            clients = clients.filter(year_end__startswith=f"{self.year_end}-")
        if self.tag:
            clients = clients.filter(pk__in=ClientTagging.objects.filter(tag=self.tag).values("client"))
        if self.lead:
            clients = _worked_on(clients, self.lead, member, is_lead=True)
        if self.staff:
            clients = _worked_on(clients, self.staff, member)
        if self.turn and member.can(Permission.VIEW_REQUESTS):
            clients = with_turn(clients, self.turn, member)
        return matching(clients, self.words) if self.words else clients

    def _of_status(self, clients: "QuerySet[Client]") -> "QuerySet[Client]":
        if self.status == "all":
            return clients
        if self.status:
            return clients.filter(status=self.status)
        return clients.exclude(status=Client.Status.ARCHIVED)


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _worked_on(clients: "QuerySet[Client]", who: str, me: Membership, **which: bool) -> "QuerySet[Client]":
    assigned = ClientAssignment.objects.filter(**which)
    if who == "nobody":
        return clients.exclude(pk__in=assigned.values("client"))
    return clients.filter(pk__in=assigned.filter(member=me.pk if who == "me" else who).values("client"))


def with_turn(clients: "QuerySet[Client]", turn: str, member: Membership) -> "QuerySet[Client]":
    """Clients for whom something is late, waits for the firm, waits for the client, or nothing is open."""
    asked = InformationRequest.objects.in_progress().published().open_to(member).order_by()
    if turn == "nobody":
        return clients.exclude(pk__in=asked.open().values("request_list__client"))
    found = {
        "late": asked.overdue(timezone.localdate()),
        "firm": asked.to_review(),
        "client": asked.with_client(),
    }[turn]
    return clients.filter(pk__in=found.values("request_list__client"))


def matching(clients: "QuerySet[Client]", words: str) -> "QuerySet[Client]":
    """Every word begins a word of name, code or industry."""
    return clients.filter(tsv=beginnings(words))


def sortable(clients: "QuerySet[Client]") -> "QuerySet[Client]":
    lead = ClientAssignment.objects.filter(client=OuterRef("pk"), is_lead=True).values("member__display_name")[:1]
    return clients.annotate(lead_name=Subquery(lead)).defer("notes", "tsv")
