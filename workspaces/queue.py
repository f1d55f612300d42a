"""What waits on whom, as the today page tells it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q

from clients.models import InformationRequest, Project, RequestList
from clients.models.request import InformationRequestQuerySet
from clients.models.request_status import Status
from clients.request_progress import Progress, progress_by_list
from clients.request_rows import remarks
from look.dates import written
from organizations.models import Membership
from organizations.permissions import Permission

SHOWN = 12
#: How the layer that sends reminders says whom it would remind of these requests on that day.
who_is_reminded: list[Callable[[InformationRequestQuerySet, date], str]] = []
STATES = {
    "overdue": "Overdue with clients",
    "to_review": "To review",
    "with_client": "With clients",
    "accepted": "Accepted",
}


def counts(requests: InformationRequestQuerySet, day: date) -> dict[str, int]:
    late = Q(status__in=[Status.PENDING, Status.RETURNED], due_date__lt=day)
    return requests.aggregate(
        overdue=Count("pk", filter=late),
        to_review=Count("pk", filter=Q(status=Status.SUBMITTED)),
        with_client=Count("pk", filter=Q(status__in=[Status.PENDING, Status.RETURNED])),
        accepted=Count("pk", filter=Q(status=Status.ACCEPTED)),
    )


@dataclass(frozen=True)
class Waiting:
    """The first of what waits, and how many more there are."""

    items: list[InformationRequest]
    more: int


def waiting(requests: InformationRequestQuerySet, count: int) -> Waiting:
    rows = requests.select_related("request_list__client", "contact").order_by("due_date", "id")
    items = list(rows.defer("tsv", "description", "answer_text")[:SHOWN])
    told = [remark([item.pk for item in items]) for remark in remarks] if items else []
    for item in items:
        item.remarks = [found[item.pk] for found in told if item.pk in found]  # type: ignore[attr-defined]
    return Waiting(items, max(count - SHOWN, 0))


def in_state(requests: InformationRequestQuerySet, state: str, day: date) -> InformationRequestQuerySet:
    """What a figure of the page counts."""
    if state == "overdue":
        return requests.overdue(day)
    if state == "accepted":
        return requests.filter(status=Status.ACCEPTED)
    return requests.to_review() if state == "to_review" else requests.with_client()


def engagements(member: Membership, day: date) -> list[tuple[RequestList, Progress]]:
    """The lists that are due first. Only theirs are counted, not every request of the firm."""
    lists = RequestList.objects.visible_to(member).in_progress().select_related("client")
    first = list(lists.order_by("due_date", "-created_at")[:5])
    progress = progress_by_list([found.pk for found in first], day)
    return [(found, progress.get(found.pk, Progress())) for found in first]


def lateness(requests: InformationRequestQuerySet, day: date) -> str:
    """“4 clients, oldest 7 days late”."""
    told = requests.overdue(day).aggregate(clients=Count("request_list__client", distinct=True), oldest=Min("due_date"))
    if not told["clients"]:
        return "past their date"
    days = (day - told["oldest"]).days
    return f"{_many(told['clients'], 'client')}, oldest {_many(days, 'day')} late"


def most_to_review(requests: InformationRequestQuerySet) -> str:
    """“3 at Northwind Bakeries”: where most of it lies."""
    by_client = requests.to_review().order_by().values("request_list__client", "request_list__client__name")
    most = by_client.annotate(count=Count("pk")).order_by("-count", "request_list__client__name").first()
    return f"{most['count']} at {most['request_list__client__name']}" if most else ""


def next_deadline(member: Membership, day: date) -> str:
    """What is to be finished first: a project, or a list that clients answer."""
    found: list[Any] = []
    if member.can(Permission.VIEW_PROJECTS):
        projects = Project.objects.visible_to(member).exclude(status=Project.Status.DONE).filter(end_date__gte=day)
        found += projects.order_by("end_date", "pk").values_list("end_date", "name")[:1]
    lists = RequestList.objects.visible_to(member).in_progress().filter(due_date__gte=day)
    found += lists.order_by("due_date", "pk").values_list("due_date", "title")[:1]
    if not found:
        return ""
    due, what = min(found)
    days = (due - day).days
    return f"{what} is due today" if not days else f"{what} is due in {_many(days, 'day')}, on {written(due, 'short')}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def reminding(requests: InformationRequestQuerySet, day: date) -> str:
    """Who one press would remind, and of how much; nothing where nobody."""
    return ", ".join(filter(None, (words(requests, day) for words in who_is_reminded)))
