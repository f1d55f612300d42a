"""Finding request lists: words, filters and order. What the address says wrongly filters nothing."""

from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict
from django.utils import timezone

from clients.models import ClientAssignment, InformationRequest, RequestList
from organizations.models import Membership

ORDERS = {
    "title": ("title_key", "id"), "-title": ("-title_key", "-id"), "client": ("client_key", "id"),
    "-client": ("-client_key", "-id"), "due": ("due_key", "id"), "-due": ("-due_key", "-id"),
    "newest": ("created_at", "id"), "-newest": ("-created_at", "-id"),
}  # fmt: skip
#: Whose turn it is, as somebody looks for it.
TURNS = {"late": "Overdue", "firm": "To review", "client": "With the client", "done": "All settled"}
STATES = {"open": "Open", "closed": "Closed", "all": "Open and closed"}
#: What is no narrowing of the rows an empty firm would have.
USUAL = {"state": "open", "order": "-newest"}


@dataclass(frozen=True)
class ListFilter:
    """The filters in the address, under the names of its parameters; `who` may be “me”, “lead”, or a member’s id."""

    words: str = ""
    state: str = "open"
    turn: str = ""
    who: str = ""
    order: str = "-newest"

    @classmethod
    def read(cls, params: QueryDict) -> "ListFilter":
        def one_of(name: str, values: dict, otherwise: str) -> str:
            return params.get(name, "") if params.get(name, "") in values else otherwise

        return cls(
            words=params.get("q", "").replace("\0", "").strip()[:100],
            state=one_of("state", STATES, "open"),
            turn=one_of("turn", TURNS, ""),
            who=one_of("who", {"me": "", "lead": ""}, "") or _id(params.get("who", "")),
            order=one_of("o", ORDERS, "-newest"),
        )

    @property
    def is_narrow(self) -> bool:
        return any(getattr(self, field.name) != USUAL.get(field.name, "") for field in fields(self))

    def apply(self, lists: "QuerySet[RequestList]", member: Membership) -> "QuerySet[RequestList]":
        if self.state != "all":
            lists = lists.filter(status=self.state)
        if self.words:
            found = Q(title__icontains=self.words) | Q(period__icontains=self.words)
            lists = lists.filter(found | Q(client__name__icontains=self.words))
        if self.who:
            lists = _of(lists, self.who, member)
        return _with_turn(lists, self.turn) if self.turn else lists


def sortable(lists: "QuerySet[RequestList]") -> "QuerySet[RequestList]":
    """With what a column is sorted by; a list without a date comes last."""
    due = Coalesce("due_date", Value(date.max), output_field=DateField())
    return lists.annotate(title_key=Lower("title"), client_key=F("client__name_key"), due_key=due)


def _of(lists: "QuerySet[RequestList]", who: str, me: Membership) -> "QuerySet[RequestList]":
    """Lists somebody has made or reviews something on, or, for “lead”, of the clients one leads."""
    if who == "lead":
        return lists.filter(client__in=ClientAssignment.objects.filter(member=me, is_lead=True).values("client"))
    member = me.pk if who == "me" else UUID(who)
    assigned = InformationRequest.objects.filter(request_list=OuterRef("pk"), assigned_to=member)
    return lists.filter(Q(created_by=member) | Exists(assigned))


def _with_turn(lists: "QuerySet[RequestList]", turn: str) -> "QuerySet[RequestList]":
    asked = InformationRequest.objects.published().order_by()
    if turn == "done":
        settled = lists.filter(pk__in=asked.values("request_list"))
        return settled.exclude(pk__in=asked.open().values("request_list"))
    waiting = asked.in_progress()
    found = {
        "late": waiting.overdue(timezone.localdate()),
        "firm": waiting.to_review(),
        "client": waiting.with_client(),
    }[turn]
    return lists.filter(pk__in=found.values("request_list"))


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
