"""What the frame around every page tells of the firm's plan: its seats and the month's credits, in one query."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from billing import counting
from billing.amounts import number
from billing.features import F
from billing.models import UsageCounter
from billing.periods import Period, period_at
from organizations.models import Invitation, Membership, Organization
from organizations.models.membership import Role


@dataclass(frozen=True)
class PlanFigures:
    seats: int
    #: Of both: None for no limit, or where the firm's row does not tell yet.
    most_seats: int | None
    credits: Decimal
    most_credits: int | None

    @property
    def seat_words(self) -> str:
        """“8 of 12 seats”."""
        if self.most_seats is None:
            return f"{self.seats} seat{'' if self.seats == 1 else 's'}"
        return f"{self.seats} of {self.most_seats} seats"

    @property
    def credit_words(self) -> str:
        """“3,870 of 5,000”."""
        return f"{number(self.credits)} of {number(self.most_credits or 0)}"

    @property
    def turn(self) -> str:
        return "late" if self.most_credits is not None and self.credits >= self.most_credits else ""


def of_firm(firm: Organization) -> PlanFigures:
    """Limits are in the firm's own row, which is at hand (`billing.copying`)."""
    limits = firm.usage_limits.get("features", {})
    month = _period(firm).first
    credits = UsageCounter.objects.filter(organization=OuterRef("pk"), feature=F.CREDITS, period_start=month)
    members, invited, used = Organization.objects.values_list(
        _seats(Membership.objects.settled()),
        _seats(Invitation.objects.pending()),
        Subquery(credits.values("used")),
    ).get()
    return PlanFigures((members or 0) + (invited or 0), limits.get(F.SEATS), used or Decimal(0), limits.get(F.CREDITS))


def _period(firm: Organization) -> Period:
    anchor = firm.subscription_data.get("anchor_day")
    if anchor is None and firm.usage_limits.get("features"):
        return counting.period_now()  # copied before the row told of it
    return period_at(timezone.now(), anchor_day=anchor or 1, zone=firm.zone)


def _seats(rows: QuerySet[Any]) -> Subquery:
    """As `organizations.seats` counts them."""
    mine = rows.exclude(role=Role.BILLING).filter(organization=OuterRef("pk")).order_by()
    return Subquery(mine.values("organization").annotate(count=Count("pk")).values("count"))
