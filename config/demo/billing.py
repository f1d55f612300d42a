"""A plan that has been paid for a while, and twelve weeks of use: more from week to week, little on Fridays."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from uuid_utils.compat import uuid7

from billing import subscribing
from billing.counting import period_now
from billing.features import PRICES, F
from billing.figures import WEEKS
from billing.models import SubscriptionPlan, UsageCounter, UsageEvent, UsageEventKey
from billing.periods import midnight, months_on
from config.demo import invoices
from organizations.models import Membership, Organization
from workspaces.models import ScopingSession

#: Days since the period began, and the seats the firm allows itself.
SINCE, SEATS = 16, 12
#: How often each act comes on a day of the first week, and by how much more in every later one.
DAILY = {"ai_call": 4.4, "pdf_export": 9}
GROWTH, QUIET = 0.16, 0.45
FRIDAY, SATURDAY = 4, 5


def add_billing(members: list[Membership], firm: Organization) -> None:
    today = firm.today
    _pays(firm, today - timedelta(days=SINCE))
    people = [member for member in members if member.role in ("owner", "admin", "member")]
    _keep(list(_acts(today, people, list(ScopingSession.objects.filter(is_template=False)))))
    invoices.tell_of_use(firm)


def _pays(firm: Organization, begun: date) -> None:
    start, plan = midnight(begun, firm.zone), SubscriptionPlan.objects.get(code="firm")
    invoices.add_paid(firm, plan, begun)
    subscribing.activate(plan, seats=SEATS, period=(start, midnight(months_on(begun, 1, begun.day), firm.zone)))
    invoices.date_back(start)


def _acts(today: date, people: list[Membership], sessions: list[ScopingSession]) -> Iterator[UsageEvent]:
    chance, now = random.Random(16), timezone.now()  # noqa: S311
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() >= SATURDAY:
            continue
        strength = (1 + GROWTH * (number // 7)) * (QUIET if day.weekday() == FRIDAY else 1)
        for act, often in DAILY.items():
            for _ in range(round(often * strength * chance.uniform(0.7, 1.3))):
                moment = datetime.combine(day, datetime.min.time(), now.tzinfo) + timedelta(
                    minutes=chance.randint(540, 1050)
                )
                if moment < now:
                    yield _act(act, moment, chance.choice(people), chance.choice(sessions))


def _act(act: str, moment: datetime, member: Membership, session: ScopingSession) -> UsageEvent:
    return UsageEvent(
        id=uuid7(), event_type=act, credits_consumed=Decimal(PRICES[act]), member=member, created_at=moment,
        session_uuid=session.pk,
    )  # fmt: skip


def _keep(events: list[UsageEvent]) -> None:
    """As `usage.record()` would have done on those days: event, key, and the counter of its month."""
    used: defaultdict[date, Decimal] = defaultdict(Decimal)
    for event in events:
        used[period_now(moment=event.created_at).first] += event.credits_consumed
    UsageEventKey.objects.bulk_create(
        UsageEventKey(id=event.pk, key=f"demo {event.pk}", created_at=event.created_at) for event in events
    )
    UsageEvent.objects.bulk_create(events)
    UsageCounter.objects.bulk_create(
        UsageCounter(feature=F.CREDITS, period_start=first, used=amount) for first, amount in used.items()
    )
