"""How far a list is, by whose turn it is. Drafts and what is waived are left out of the total."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from clients.models import InformationRequest, RequestList
from clients.models.request_status import Status
from organizations.models import Membership


@dataclass(frozen=True)
class Progress:
    done: int = 0
    firm: int = 0
    client: int = 0
    late: int = 0
    draft: int = 0
    waived: int = 0

    @property
    def total(self) -> int:
        return self.done + self.firm + self.client + self.late

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.done == self.total

    @property
    def is_waiting(self) -> bool:
        return bool(self.client or self.late)

    @property
    def chip(self) -> tuple[str, str]:
        """The one word for a whole list: the worst thing in it."""
        if self.late:
            return "overdue", f"{self.late} overdue"
        if self.firm:
            return "submitted", f"{self.firm} to review"
        if self.client:
            return "pending", "With client"
        if self.is_complete:
            return "accepted", "Complete"
        return ("draft", "Draft") if self.draft else ("empty", "Empty")

    @property
    def left_out(self) -> str:
        parts = []
        if self.draft:
            parts.append(f"{self.draft} draft{'' if self.draft == 1 else 's'}")
        if self.waived:
            parts.append(f"{self.waived} not applicable")
        verb = "is" if self.draft + self.waived == 1 else "are"
        return f"{' and '.join(parts)} {verb} left out" if parts else ""


def progress_of(requests: "QuerySet[InformationRequest]", today: date) -> Progress:
    return Progress(**requests.aggregate(**_counts(today)))


def progress_by_list(list_ids: Iterable[UUID], today: date) -> dict[UUID, Progress]:
    """One query for a whole page of lists; a list without requests is absent."""
    rows = (
        InformationRequest.objects.filter(request_list__in=list(list_ids))
        .order_by()
        .values("request_list")
        .annotate(**_counts(today))
    )
    return {row.pop("request_list"): Progress(**row) for row in rows}


def progress_by_client(client_ids: Iterable[UUID], today: date, member: Membership) -> dict[UUID, Progress]:
    """One query for a whole page of clients that the member sees; a client with no request in progress is absent."""
    rows = (
        InformationRequest.objects.in_progress()
        .open_to(member)
        .filter(request_list__client__in=list(client_ids))
        .order_by()
        .values("request_list__client")
        .annotate(**_counts(today))
    )
    return {row.pop("request_list__client"): Progress(**row) for row in rows}


def _counts(today: date) -> dict[str, Any]:
    with_client = Q(status__in=[Status.PENDING, Status.RETURNED])
    in_progress = Q(request_list__status=RequestList.Status.OPEN, request_list__client__archived_at=None)
    late = with_client & in_progress & Q(due_date__lt=today)
    return {
        "done": Count("pk", filter=Q(status=Status.ACCEPTED)),
        "firm": Count("pk", filter=Q(status=Status.SUBMITTED)),
        "late": Count("pk", filter=late),
        "client": Count("pk", filter=with_client) - Count("pk", filter=late),
        "draft": Count("pk", filter=Q(status=Status.DRAFT)),
        "waived": Count("pk", filter=Q(status=Status.WAIVED)),
    }
