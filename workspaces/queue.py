"""What waits on whom, as the today page tells it."""

from datetime import date

from django.db.models import Count, Q

from clients.models import InformationRequest, RequestEvent, RequestList
from clients.models.request import InformationRequestQuerySet
from clients.models.request_status import Status
from organizations.models import Membership

SHOWN = 12


def counts(requests: InformationRequestQuerySet, day: date) -> dict[str, int]:
    late = Q(status__in=[Status.PENDING, Status.RETURNED], due_date__lt=day)
    return requests.aggregate(
        overdue=Count("pk", filter=late),
        to_review=Count("pk", filter=Q(status=Status.SUBMITTED)),
        with_client=Count("pk", filter=Q(status__in=[Status.PENDING, Status.RETURNED])),
        accepted=Count("pk", filter=Q(status=Status.ACCEPTED)),
    )


def waiting(requests: InformationRequestQuerySet) -> list[InformationRequest]:
    return list(requests.select_related("request_list__client", "contact").order_by("due_date", "id")[:SHOWN])


def engagements(member: Membership, day: date) -> list[RequestList]:
    late = Q(
        requests__status__in=[Status.PENDING, Status.RETURNED], requests__due_date__lt=day, requests__deleted_at=None
    )
    alive = Q(requests__deleted_at=None)
    return list(
        RequestList.objects.visible_to(member)
        .open()
        .select_related("client")
        .annotate(
            done=Count("requests", filter=alive & Q(requests__status=Status.ACCEPTED)),
            firm=Count("requests", filter=alive & Q(requests__status=Status.SUBMITTED)),
            late=Count("requests", filter=late),
            with_client=Count("requests", filter=alive & Q(requests__status__in=[Status.PENDING, Status.RETURNED]))
            - Count("requests", filter=late),
        )
        .order_by("due_date", "-created_at")[:5]
    )


def latest_events(member: Membership) -> list[RequestEvent]:
    seen = InformationRequest.objects.visible_to(member)
    return list(
        RequestEvent.objects.filter(request__in=seen)
        .select_related("request__request_list", "member", "contact")
        .order_by("-created_at")[:8]
    )
