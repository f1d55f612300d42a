"""Credits promised to work that goes on: taken when it has succeeded, given back when it has failed."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F as Column
from django.utils import timezone

from billing import refusing, usage
from billing.counting import HELD_FOR, NOTHING, counter_of, granted, of_plan, period_now
from billing.entitlements import Entitlement, PlanRefused
from billing.features import F
from billing.models import CreditGrant, CreditReservation, UsageCounter, UsageEvent
from billing.terms import terms_of
from organizations.models import Membership

Status = CreditReservation.Status


class OutOfCredits(PlanRefused):
    """The month's credits do not suffice."""


@transaction.atomic
def reserve(
    amount: Decimal | int,
    *,
    key: str,
    event_type: str,
    member: Membership | None = None,
    session_uuid: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    held_for: timedelta = HELD_FOR,
) -> CreditReservation:
    """Promise credits to the work this key names, or raise OutOfCredits. Asked again, it is the same promise.

    One that was given back is made anew, where there are credits: the work is tried once more.
    """
    counter = counter_of(period_now())
    known = CreditReservation.objects.filter(key=key).first()
    if known is not None and known.status != Status.RELEASED:
        return known
    plans, grants = _split(Decimal(amount), counter)
    UsageCounter.objects.filter(pk=counter.pk).update(reserved=Column("reserved") + plans)
    promise = {
        "event_type": event_type, "event_data": dict(data or {}), "counter": counter, "from_plan": plans,
        "from_grants": grants, "member": member, "session_uuid": session_uuid, "status": Status.HELD,
        "expires_at": timezone.now() + held_for,
    }  # fmt: skip
    made, _ = CreditReservation.objects.update_or_create(key=key, defaults=promise)
    return made


def _split(amount: Decimal, counter: UsageCounter) -> tuple[Decimal, Decimal]:
    """How much of it the plan gives, and how much the grants."""
    terms = terms_of(F.CREDITS)
    plans = min(amount, of_plan(terms, counter))
    grants = amount - plans
    if grants > 0:
        list(CreditGrant.objects.open_at(timezone.now()).select_for_update(of=("self",), no_key=True))
        if grants > (spare := granted()):
            used = (terms.limit or 0) - int(plans + max(spare, NOTHING))
            reason = refusing.sentence(terms, used=used, adding=int(amount))
            raise OutOfCredits(Entitlement(False, F.CREDITS, terms.limit, used, reason))
    return plans, grants


@transaction.atomic
def commit(key: str, *, data: Mapping[str, Any] | None = None) -> UsageEvent:
    """The work succeeded: its credits are used, once, however often this is told.

    Also where the promise had been taken back meanwhile, because nobody heard of the work for too long.
    """
    reservation = _locked(CreditReservation.objects.get(key=key))
    if reservation.status == Status.HELD:
        _let_go(reservation, Status.COMMITTED)
    elif reservation.status == Status.RELEASED:
        CreditReservation.objects.filter(pk=reservation.pk).update(status=Status.COMMITTED)
    return usage.record(
        reservation.event_type, key=key, credits=reservation.credits, member=reservation.member,
        session_uuid=reservation.session_uuid, data={**reservation.event_data, **(data or {})},
        of_grants=reservation.from_grants,
    )  # fmt: skip


@transaction.atomic
def release(key: str) -> None:
    """The work failed: nothing is used. What was committed stays so."""
    reservation = CreditReservation.objects.filter(key=key).first()
    if reservation is None:
        return
    reservation = _locked(reservation)
    if reservation.status == Status.HELD:
        _let_go(reservation, Status.RELEASED)


def _locked(reservation: CreditReservation) -> CreditReservation:
    """With its counter, and the counter first, as everybody does."""
    UsageCounter.objects.select_for_update(of=("self",), no_key=True).get(pk=reservation.counter_id)
    return CreditReservation.objects.select_for_update(of=("self",), no_key=True).get(pk=reservation.pk)


def _let_go(reservation: CreditReservation, status: str) -> None:
    CreditReservation.objects.filter(pk=reservation.pk).update(status=status)
    UsageCounter.objects.filter(pk=reservation.counter_id).update(reserved=Column("reserved") - reservation.from_plan)


def release_expired() -> None:
    """Of work nobody has heard of since its promise ran out."""
    late = CreditReservation.objects.filter(status=Status.HELD, expires_at__lte=timezone.now())
    for key in late.order_by("created_at").values_list("key", flat=True):
        release(key)


@transaction.atomic
def spend(event_type: str, amount: Decimal | int, *, key: str, **facts: Any) -> UsageEvent:
    """Reserve and use at once, for work that is done in the same transaction. Raises OutOfCredits."""
    reserve(amount, key=key, event_type=event_type, **facts)
    return commit(key)
