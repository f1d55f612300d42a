"""How many credits a firm has used in its month, and how many are left.

The plan's own go first; then those bought or given, soonest to run out before the others. Whoever takes or promises
holds the month's counter: others of the firm wait, so that the last ones are never given twice.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F as Column
from django.db.models import Sum
from django.utils import timezone

from billing import warnings
from billing.features import F
from billing.models import CreditGrant, CreditReservation, Subscription, UsageCounter, UsageEvent
from billing.periods import Period, period_at
from billing.terms import Terms, subscription_of_firm, terms_of
from organizations.models import Organization
from tenancy.context import current_tenant_id

NOTHING = Decimal(0)
#: So long a grant that has run out still pays for what it had promised.
HELD_FOR = timedelta(minutes=30)


def period_now(subscription: Subscription | None = None, *, moment: datetime | None = None) -> Period:
    """The month in which the firm's credits are counted now, or were at another moment."""
    firm = Organization.objects.only("timezone", "created_at").get()
    subscription = subscription or subscription_of_firm()
    anchor = subscription.anchor_day if subscription else firm.created_at.astimezone(firm.zone).day
    return period_at(moment or timezone.now(), anchor_day=anchor, zone=firm.zone)


def counter_of(period: Period) -> UsageCounter:
    """The month's counter, held until the end of the transaction."""
    fresh = UsageCounter(feature=F.CREDITS, period_start=period.first, organization_id=current_tenant_id())
    UsageCounter.objects.bulk_create([fresh], ignore_conflicts=True)
    held = UsageCounter.objects.select_for_update(of=("self",), no_key=True)
    return held.get(feature=F.CREDITS, period_start=period.first)


def begin_month(subscription: Subscription) -> None:
    """After the anchor day has changed: what was used on the first day of the new month before that is in its figures.

    So it is in its counter, too, as nothing that the plan's own credits of this month have to pay for.
    """
    period = period_now(subscription)
    if not _used_in(period):
        return
    counter = counter_of(period)  # and nobody else counts meanwhile
    if (before := _used_in(period) - counter.used) > 0:
        UsageCounter.objects.filter(pk=counter.pk).update(
            used=Column("used") + before, from_grants=Column("from_grants") + before
        )


def _used_in(period: Period) -> Decimal:
    events = UsageEvent.objects.filter(created_at__gte=period.start, created_at__lt=period.end)
    return events.aggregate(sum=Sum("credits_consumed"))["sum"] or NOTHING


def left() -> Decimal:
    """What the firm may still use this month. Without a limit there is always more."""
    counter = UsageCounter.objects.filter(feature=F.CREDITS, period_start=period_now().first).first()
    return of_plan(terms_of(F.CREDITS), counter) + granted()


def granted() -> Decimal:
    """What is left of credits bought or given, and not promised."""
    grants = CreditGrant.objects.open_at(timezone.now())
    return sum((grant.amount - grant.used for grant in grants), NOTHING) - _promised()


def _promised() -> Decimal:
    held = CreditReservation.objects.filter(status=CreditReservation.Status.HELD)
    return held.aggregate(sum=Sum("from_grants"))["sum"] or NOTHING


def of_plan(terms: Terms, counter: UsageCounter | None) -> Decimal:
    if not terms.enabled:
        return NOTHING
    if terms.limit is None:
        return Decimal("Infinity")
    return max(Decimal(terms.limit) - (counter.taken if counter else NOTHING), NOTHING)


def count(counter: UsageCounter, amount: Decimal, of_grants: Decimal) -> None:
    """What an event has used, with the event. What no grant covers any more is the plan's."""
    paid = take_from_grants(of_grants) if of_grants else NOTHING
    UsageCounter.objects.filter(pk=counter.pk).update(
        used=Column("used") + amount, from_grants=Column("from_grants") + paid
    )
    warnings.consider(counter)


def take_from_grants(amount: Decimal) -> Decimal:
    """How much of it they had. One that has just run out still pays for what it had promised."""
    paid = NOTHING
    for grant in CreditGrant.objects.open_at(timezone.now() - HELD_FOR).select_for_update(of=("self",), no_key=True):
        part = min(amount - paid, grant.amount - grant.used)
        CreditGrant.objects.filter(pk=grant.pk).update(used=Column("used") + part)
        paid += part
        if paid == amount:
            break
    return paid
