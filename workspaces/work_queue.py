"""My work: tasks, requests and reviews in one order. What is due soonest comes first, and of that what others wait for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, LPad, Right
from django.http import QueryDict

from clients.models import InformationRequest
from clients.models.request import SETTLED
from clients.models.request_status import Status as RequestStatus
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ProjectMember, SignOff, Task, Workpaper
from workspaces.paper_status import ROLES, standings

NO_DATE = date.max
#: Kind → heading, in which words it is counted.
KINDS = {"task": "Tasks", "request": "Requests", "review": "Reviews"}
BUCKETS = ("Overdue", "Today", "Next seven days", "Later", "No date")
BLOCKED = "Waiting for others"
MOST_WAITING = 9999
PER_PAGE = 50


@dataclass(frozen=True)
class Item:
    """One line of the queue. `bucket` is when it is due, `holds_up` how many others wait for it."""

    kind: str
    row: Any
    bucket: int
    holds_up: int
    is_blocked: bool

    @property
    def heading(self) -> str:
        return BLOCKED if self.is_blocked else BUCKETS[self.bucket]


@dataclass(frozen=True)
class Queue:
    items: list[Item]
    next: str


def sources(member: Membership, today: date) -> dict[str, QuerySet[Any]]:
    """What waits for the member on this day of the firm, by kind; each with `due` and `waiting`: how many rows wait for it."""
    return {"task": tasks_of(member), "request": requests_of(member, today), "review": reviews_for(member)}


def tasks_of(member: Membership) -> "QuerySet[Task]":
    seen = Task.objects.visible_to(member) if member.can(Permission.VIEW_PROJECTS) else Task.objects.none()
    waiting = Task.objects.open().filter(waits__blocker=OuterRef("pk"))
    own = seen.open().filter(assigned_to=member)
    return own.with_blocked().annotate(due=F("due_date"), waiting=_count(waiting, "waits__blocker"))


def requests_of(member: Membership, today: date) -> "QuerySet[InformationRequest]":
    """Answers to read, and what is with the client and late: there somebody has to ask again."""
    requests = InformationRequest.objects
    seen = requests.visible_to(member) if member.can(Permission.VIEW_REQUESTS) else requests.none()
    late = Q(status__in=[RequestStatus.PENDING, RequestStatus.RETURNED], due_date__lt=today)
    own = seen.in_progress().filter(assigned_to=member)
    waiting = InformationRequest.objects.exclude(status__in=SETTLED).filter(depends_on=OuterRef("pk"))
    return own.filter(Q(status=RequestStatus.SUBMITTED) | late).annotate(
        due=F("due_date"), waiting=_count(waiting, "depends_on"), is_blocked=Value(False)
    )


def reviews_for(member: Membership) -> "QuerySet[Workpaper]":
    """Papers that wait for the member's signature, unchanged since somebody else prepared them, of projects the member leads
    or works on: to be reviewed, or, where the binder wants a partner's and the member is one, reviewed by somebody else."""
    team = ProjectMember.objects.filter(project=OuterRef("binder__project"), member=member)
    mine = Q(binder__project__lead=member) | Exists(team)
    signed = SignOff.objects.standing().filter(workpaper=OuterRef("pk"), content_hash=OuterRef("content_hash"))
    done = {role: Exists(signed.filter(role=role)) for role in ROLES}
    others = signed.filter(role="preparer").exclude(member=member)
    asked = Q(pk__in=[])
    if member.can(Permission.REVIEW_WORKPAPERS):
        asked |= Q(~done["reviewer"])
    if member.can(Permission.SIGN_AS_PARTNER):
        own = Exists(signed.filter(role="reviewer", member=member))
        asked |= Q(done["reviewer"], ~done["partner"], ~own, binder__needs_partner=True)
    papers = Workpaper.objects.visible_to(member).filter(mine, locked=False, binder__locked_at=None)
    waiting = Task.objects.open().filter(workpaper=OuterRef("pk"))
    return papers.filter(asked, Exists(others)).annotate(
        due=F("binder__project__end_date"), waiting=_count(waiting, "workpaper"), is_blocked=Value(False)
    )


def _count(rows: "QuerySet[Any]", by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def counts(member: Membership, today: date) -> dict[str, int]:
    """How many of each kind, and how many tasks this week: exactly what the member sees."""
    found = {kind: rows.count() for kind, rows in sources(member, today).items()}
    week = tasks_of(member).filter(due__lte=today + timedelta(days=6 - today.weekday()))
    return found | {"week": week.count(), "today": week.filter(due__lte=today).count(), "all": sum(found.values())}


def queue(member: Membership, today: date, params: QueryDict, *, size: int = PER_PAGE) -> Queue:
    """A page of the queue, by one key over all kinds."""
    kind, after = params.get("kind", ""), params.get("after", "").replace("\0", "")
    wanted = {name: rows for name, rows in sources(member, today).items() if kind not in KINDS or name == kind}
    parts = [_placed(rows, name, today) for name, rows in wanted.items()]
    if after:
        parts = [part.filter(place__gt=after) for part in parts]
    columns = ("what", "place", "pk", "waiting", "is_blocked")
    first, *others = (part.order_by().values_list(*columns) for part in parts)
    lines = list(first.union(*others, all=True).order_by("place")[: size + 1])
    rows = _rows(lines[:size])
    items = [
        Item(name, rows[name][pk], int(place[1]), waiting, is_blocked)
        for name, place, pk, waiting, is_blocked in lines[:size]
        if pk in rows[name]
    ]
    return Queue(items, lines[size - 1][1] if len(lines) > size else "")


def _placed(rows: "QuerySet[Any]", kind: str, today: date) -> "QuerySet[Any]":
    """`place` sorts as text: what can be done before what is blocked; when it is due, of what is due now first that for
    which most waits, of the rest first the earliest day; the row."""
    week = today + timedelta(days=7)
    bucket = Case(
        When(due=None, then=Value("4")), When(due__lt=today, then=Value("0")), When(due=today, then=Value("1")),
        When(due__lte=week, then=Value("2")), default=Value("3"), output_field=CharField(),
    )  # fmt: skip
    first = Case(When(is_blocked=True, then=Value("1")), default=Value("0"), output_field=CharField())
    rank = LPad(Cast(Value(MOST_WAITING) - F("waiting"), CharField()), 4, Value("0"))
    day = Right(Cast(Coalesce("due", Value(NO_DATE), output_field=DateField()), CharField()), 10)
    later = Case(When(due__gt=today, then=day), default=Value(""), output_field=CharField())
    place = Concat(first, bucket, Value("."), later, Value("."), rank, Value("."), day, Value("."), Cast("id", CharField()),
                   output_field=CharField())  # fmt: skip
    return rows.annotate(what=Value(kind, output_field=CharField()), place=place)


def _rows(lines: list[Any]) -> dict[str, dict[UUID, Any]]:
    """What the lines name, in one query a kind."""
    ids: dict[str, list[UUID]] = {kind: [] for kind in KINDS}
    for kind, _, pk, *_ in lines:
        ids[kind].append(pk)
    return {kind: LOADERS[kind](ids[kind]) if ids[kind] else {} for kind in KINDS}


def _tasks(ids: list[UUID]) -> dict[UUID, Task]:
    rows = Task.objects.filter(pk__in=ids).select_related("project__client").defer("tsv", "description")
    return {row.pk: row for row in rows}


def _requests(ids: list[UUID]) -> dict[UUID, InformationRequest]:
    rows = InformationRequest.objects.filter(pk__in=ids).select_related("request_list__client", "contact")
    return {row.pk: row for row in rows.defer("tsv", "description", "answer_text")}


def _papers(ids: list[UUID]) -> dict[UUID, Workpaper]:
    rows = Workpaper.objects.filter(pk__in=ids).select_related("binder__project__client").defer("body", "tsv")
    found = {row.pk: row for row in rows}
    for standing in standings(found.values()):
        standing.paper.standing = standing  # type: ignore[attr-defined]
        standing.paper.is_reviewed = standing.is_signed("reviewer")  # type: ignore[attr-defined]
    return found


LOADERS: dict[str, Callable[[list[UUID]], dict[UUID, Any]]] = {
    "task": _tasks, "request": _requests, "review": _papers
}  # fmt: skip
