"""What all firms together pay in a month, who tries a plan, and what they use. Runs as operators, over every firm."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum
from django.utils import timezone

from billing.amounts import money, number, rounded
from billing.models import Subscription, UsageEvent
from organizations.models import Invitation, Membership
from organizations.models.membership import Role

MONTHS = {Subscription.Period.MONTH: 1, Subscription.Period.YEAR: 12}
PAYING = (Subscription.Status.ACTIVE, Subscription.Status.PAST_DUE)
#: Trials that end within so many days are named, and use is told of so many days.
SOON, LATELY = timedelta(days=7), timedelta(days=30)
MOST = 20


@dataclass
class PlanLine:
    """One plan in one currency."""

    plan: str
    currency: str
    firms: int = 0
    seats: int = 0
    monthly: Decimal = Decimal(0)

    @property
    def words(self) -> str:
        return money(rounded(self.monthly), self.currency)


def by_plan() -> list[PlanLine]:
    """Monthly recurring revenue before tax: what the seats taken now cost, a yearly price by the month."""
    taken, lines = seats_taken(), dict[tuple[Any, str], PlanLine]()
    for row in Subscription.objects.filter(status__in=PAYING).select_related("plan").order_by("plan__position"):
        line = lines.setdefault((row.plan_id, row.currency), PlanLine(row.plan.name, row.currency))
        seats = taken[row.organization_id or UUID(int=0)]
        line.firms += 1
        line.seats += seats
        line.monthly += Decimal(row.unit_price * seats) / MONTHS[Subscription.Period(row.billing_period)]
    return list(lines.values())


def monthly(lines: list[PlanLine]) -> str:
    """Together, in each currency."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.currency] = sums.get(line.currency, Decimal(0)) + line.monthly
    return ", ".join(money(rounded(amount), currency) for currency, amount in sorted(sums.items())) or "nothing"


def seats_taken() -> Counter[UUID]:
    """Of every firm, as `organizations.seats` counts them inside one."""
    taken: Counter[UUID] = Counter()
    for rows in (Membership.objects.settled(), Invitation.objects.pending()):
        counts = rows.exclude(role=Role.BILLING).order_by().values("organization").annotate(count=Count("pk"))
        taken.update({row["organization"]: row["count"] for row in counts})
    return taken


def trials() -> dict[str, Any]:
    """How many try a plan, and whose trial ends soon."""
    trying = Subscription.objects.filter(status=Subscription.Status.TRIALING).select_related("organization", "plan")
    soon = trying.filter(trial_ends_at__lte=timezone.now() + SOON).defer("organization__tax_id")
    return {"count": trying.count(), "soon": list(soon.order_by("trial_ends_at")[:MOST])}


def most_used() -> list[dict[str, Any]]:
    """The firms that have used the most credits lately."""
    events = UsageEvent.objects.filter(created_at__gte=timezone.now() - LATELY, credits_consumed__gt=0)
    rows = events.order_by().values("organization__name").annotate(sum=Sum("credits_consumed"), acts=Count("pk"))
    return [{"firm": row["organization__name"], "credits": number(row["sum"]), "acts": row["acts"]}
            for row in rows.order_by("-sum", "organization__name")[:MOST]]  # fmt: skip
