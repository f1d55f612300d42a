"""Credits that run out: told to owners and to those who keep the bills, once for each level in each month."""

from typing import Any
from uuid import uuid5

from django.db.models import QuerySet

from billing.models import UsageCounter
from billing.refusing import payers
from conversations.events import REASONS, Event, register
from conversations.notifying import tell
from conversations.people import Person
from conversations.subjects import Subject
from organizations.models import Membership
from organizations.permissions import Permission

PAYS = Permission.VIEW_BILLING
EVENTS = {
    80: Event("credits_80", "80% of the month’s credits are used", "tells: 80% are used of", permission=PAYS),
    100: Event("credits_100", "The month’s credits are used up", "tells: all are used of", permission=PAYS),
}


class CreditSubject(Subject):
    kind, noun, model = "credits", "month of credits", UsageCounter
    is_discussed = False

    def visible_to(self, member: Membership) -> QuerySet[UsageCounter]:
        return UsageCounter.objects.all() if member.can(PAYS) else UsageCounter.objects.none()

    def viewers(self, row: UsageCounter) -> list[Membership]:
        members = Membership.objects.active().select_related("organization").with_roles()
        return [member for member in members if member.can(PAYS)]

    def title(self, row: UsageCounter) -> str:
        return f"the credits of the month from {row.period_start:%-d %B}"

    def place(self, row: UsageCounter) -> tuple[str, dict[str, Any]]:
        return "billing", {}


def register_events() -> None:
    register(*EVENTS.values())
    REASONS["pays"] = "you see to the firm’s plan"


def tell_of_credits(counter: UsageCounter, level: int) -> None:
    to = dict.fromkeys((member.pk for member in payers()), "pays")
    tell(EVENTS[level].code, counter, to=to, by=Person("Tickmark"), source_id=uuid5(counter.pk, str(level)))
