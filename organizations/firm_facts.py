"""What operators are shown of a firm beside its row: how it uses the product and whether it is well. Counts, no content.

Apps above add sections of their own: `firm_facts.sections.append(...)` in their `ready()`.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Max, Q
from django.db.models.aggregates import Count
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import ActiveUserSession, MailLog
from organizations.models import Invitation, Membership, Organization, VerifiedDomain

LATELY = timedelta(days=7)


class Fact(NamedTuple):
    label: str
    value: Any
    is_trouble: bool = False
    url: str = ""


class Section(NamedTuple):
    title: str
    facts: Sequence[Fact]


#: Each is asked as the operator, outside every firm, about one firm.
sections: list[Callable[[Organization], Section]] = []


def of(firm: Organization) -> list[Section]:
    return [people(firm), health(firm), *(section(firm) for section in sections)]


def people(firm: Organization) -> Section:
    counted = Membership.objects.filter(organization=firm).aggregate(
        active=Count("pk", filter=Q(status="active")), waiting=Count("pk", filter=Q(status="pending")),
        suspended=Count("pk", filter=Q(status="suspended")), owners=Count("pk", filter=Q(status="active", role="owner")),
    )  # fmt: skip
    limit = firm.usage_limits.get("seats")
    seats = f"{counted['active']} of {limit}" if limit is not None else f"{counted['active']}, no limit"
    return Section(
        "People",
        [
            Fact("Seats taken", seats, limit is not None and counted["active"] > limit),
            Fact("Owners", counted["owners"], not counted["owners"]),
            Fact("Wait to be let in", counted["waiting"]),
            Fact("Suspended members", counted["suspended"]),
            Fact("Open invitations", Invitation.objects.pending().filter(organization=firm).count()),
            Fact("Proven domains", VerifiedDomain.objects.filter(organization_id=firm.pk).count()),
        ],
    )


def health(firm: Organization) -> Section:
    since, jobs = timezone.now() - LATELY, "/admin/procrastinate/procrastinatejob/"
    members = Membership.objects.filter(organization=firm, status="active").values("user_id")
    seen = ActiveUserSession.objects.filter(user_id__in=members).aggregate(at=Max("last_seen_at"))["at"]
    mails = MailLog.objects.filter(organization_id=firm.pk, created_at__gt=since)
    counted = mails.aggregate(
        sent=Count("pk", filter=Q(outcome="sent")), failed=Count("pk", filter=Q(outcome="failed"))
    )
    of_firm = ProcrastinateJob.objects.filter(args__contains={"organization_id": str(firm.pk)})
    failed, waiting = of_firm.filter(status="failed").count(), of_firm.filter(status="todo").count()
    return Section(
        "Health",
        [
            Fact("Last seen", seen or "Nobody is signed in", False),
            Fact("Mails sent in 7 days", counted["sent"]),
            Fact("Mails failed in 7 days", counted["failed"], counted["failed"] > 0),
            Fact("Jobs that failed", failed, failed > 0, f"{jobs}?status__exact=failed&q={firm.pk}"),
            Fact("Jobs that wait", waiting, False, f"{jobs}?status__exact=todo&q={firm.pk}"),
        ],
    )
