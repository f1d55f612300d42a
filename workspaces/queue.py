"""What waits on whom, as the today page tells it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from clients.models import InformationRequest, RequestEvent, RequestList
from clients.models.request import InformationRequestQuerySet
from clients.models.request_status import Status
from clients.request_progress import Progress, progress_by_list
from organizations.models import Membership

SHOWN = 12
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
    return Waiting(list(rows[:SHOWN]), max(count - SHOWN, 0))


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


def latest_events(member: Membership) -> list[RequestEvent]:
    seen = InformationRequest.objects.visible_to(member)
    return list(
        RequestEvent.objects.filter(request__in=seen)
        .select_related("request__request_list", "member", "contact")
        .order_by("-created_at")[:8]
    )
