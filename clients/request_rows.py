"""The rows of a list as its page, its exports and its changed cells show them."""

from collections.abc import Callable, Collection
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from clients.models import InformationRequest, RequestDocument, RequestList
from clients.models.request_status import Status
from clients.request_ageing import ageing_of
from clients.saved_views import ListKind
from conversations.counting import Said, said_in
from conversations.people import Person
from look.dates import written
from organizations.models import Membership
from organizations.permissions import Permission

#: The columns a member may choose; every list of requests shows the same.
COLUMNS = ListKind(
    "requests", "request_list_index", Permission.VIEW_REQUESTS,
    (
        ("source", "Your reference", False), ("section", "Section", False), ("priority", "Priority", False),
        ("format", "Expected format", False), ("contact", "Client contact", True), ("reviewer", "Reviewer", True),
        ("sent", "Answered", False), ("files", "Files", True), ("messages", "Messages", True),
    ),
)  # fmt: skip
#: What apps above have to say below the title of a request: ids → words. Appended where they become ready.
remarks: list[Callable[[Collection[UUID]], dict[UUID, str]]] = []
#: States as they want attention: first what waits for the firm.
IN_TURN = (Status.SUBMITTED, Status.RETURNED, Status.PENDING, Status.DRAFT, Status.ACCEPTED, Status.WAIVED)
#: What a column of the list is sorted by.
SORTS = {
    "number": F("number"),
    "title": Lower("title"),
    "status": Case(*(When(status=status, then=Value(place)) for place, status in enumerate(IN_TURN)), default=Value(9)),
    "due": Coalesce("due_date", Value(date.max), output_field=DateField()),
    "reviewer": Coalesce(Lower("assigned_to__display_name"), Value("")),
}


def row_items(requests: "QuerySet[InformationRequest]", request_list: RequestList) -> "QuerySet[InformationRequest]":
    """What a row shows, in a number of queries that does not grow with the rows."""
    files = RequestDocument.objects.filter(request=OuterRef("pk"), document__deleted_at=None).order_by()
    count = Subquery(files.values("request").annotate(count=Count("pk")).values("count"))
    rows = requests.select_related("assigned_to", "contact").defer("tsv", "description", "answer_text")
    late = Q(status__in=["pending", "returned"], due_date__lt=timezone.localdate())
    blocked = Q(status__in=["draft", "pending", "returned"], depends_on__deleted_at=None) & Q(
        depends_on__status__in=["draft", "pending", "submitted", "returned"]
    )
    waits = Case(When(blocked, then=F("depends_on__number")))
    shown = [When(late, then=Value("overdue"))] if request_list.is_in_progress else []
    chip = Case(*shown, When(blocked & ~Q(status="draft"), then=Value("blocked")), default="status")
    return rows.annotate(file_count=count, chip=chip, waits_for=waits)


def sorted_rows(
    rows: "QuerySet[InformationRequest]", by: str
) -> tuple["QuerySet[InformationRequest]", tuple[str, str]]:
    """The rows and the order to page them in: the list's own, or that of a column, with what has no date last."""
    key = SORTS.get(by.removeprefix("-"))
    if key is None:
        return rows, ("position", "id")
    sign = "-" if by.startswith("-") else ""
    return rows.annotate(sort_key=key), (f"{sign}sort_key", f"{sign}id")


def groups(items: list[InformationRequest], by: str) -> list[dict[str, Any]]:
    """Of rows sorted by status or due date those that share it, under its words; otherwise one group without a name."""
    words = GROUPED.get(by.removeprefix("-"))
    if words is None:
        return [{"items": items}]
    return [{"name": name, "items": list(same)} for name, same in groupby(items, key=words)]


def _due_words(item: InformationRequest) -> str:
    return f"Due {written(item.due_date, 'full')}" if item.due_date else "No due date"


GROUPED: dict[str, Callable[[InformationRequest], str]] = {
    "status": lambda item: item.get_status_display(),
    "due": _due_words,
}


def in_list(items: list[InformationRequest], request_list: RequestList) -> list[InformationRequest]:
    for item in items:
        item.request_list = request_list
    return items


def one_row(item: InformationRequest, member: Membership) -> InformationRequest:
    rows = row_items(InformationRequest.objects.filter(pk=item.pk), item.request_list)
    return described(in_list(list(rows), item.request_list), member)[0]


def described(items: list[InformationRequest], member: Membership) -> list[InformationRequest]:
    """With the age of each, what is said about it, and what the apps above remark: one query each for all rows."""
    said = said_in([item.thread_id for item in items], Person.of(member))
    waiting = [item.pk for item in items if item.is_waiting]
    remarked = [remark(waiting) for remark in remarks] if waiting else []
    for item in with_ageing(items, timezone.localdate()):
        item.said = said.get(item.thread_id, Said())  # type: ignore[attr-defined]
        item.remarks = [found[item.pk] for found in remarked if item.pk in found]  # type: ignore[attr-defined]
    return items


def with_ageing(items: list[InformationRequest], today: date) -> list[InformationRequest]:
    ages = ageing_of(items, today)
    for item in items:
        item.ageing = ages[item.pk]  # type: ignore[attr-defined]
    return items
