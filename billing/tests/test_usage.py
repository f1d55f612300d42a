"""Every act counts once: told again, told by many at once, told by work that is then undone."""

import uuid
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum

from billing import reservations
from billing.counting import period_now
from billing.entitlements import entitled
from billing.models import CreditGrant, CreditReservation, UsageCounter, UsageEvent, UsageEventKey
from billing.reservations import OutOfCredits
from billing.tests.at_once import doing_at_once
from billing.tests.plans import exception
from billing.usage import KeyTaken, record
from tests.cast import Cast, Firm

WRITERS = 8
db = pytest.mark.django_db


@db
def test_an_act_is_kept_with_who_when_and_what_for(cast: Cast) -> None:
    session = uuid.uuid4()
    with cast.ours.inside():
        made = record(
            "ai_call",
            key="a",
            credits=Decimal("1.25"),
            member=cast.ours.member,
            session_uuid=session,
            data={"words": 40},
        )
        kept = UsageEvent.objects.get(pk=made.pk)
    assert (kept.event_type, kept.credits_consumed, kept.member_id) == ("ai_call", Decimal("1.25"), cast.ours.member.pk)
    assert (kept.session_uuid, kept.event_data, kept.organization_id) == (
        session,
        {"words": 40},
        cast.ours.organization.pk,
    )


@db
def test_told_again_it_is_the_same_event(cast: Cast) -> None:
    with cast.ours.inside():
        first = record("ai_call", key="a", credits=3)
        again = record("ai_call", key="a", credits=4)
        assert (again.pk, again.credits_consumed) == (first.pk, 3)
        assert UsageEvent.objects.filter(event_type="ai_call").aggregate(sum=Sum("credits_consumed")) == {"sum": 3}


@db
def test_two_firms_may_use_the_same_key(cast: Cast) -> None:
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            record("ai_call", key="a", credits=1)
            assert UsageEvent.objects.filter(event_type="ai_call").count() == 1


@db
def test_a_key_names_one_act_only(cast: Cast) -> None:
    with cast.ours.inside():
        record("ai_call", key="a")
        with pytest.raises(KeyTaken, match="a names a ai_call, not a pdf_export"):
            record("pdf_export", key="a")


@db
def test_a_key_outlives_the_month_of_its_event(cast: Cast) -> None:
    with cast.ours.inside():
        UsageEventKey.objects.create(key="of a month that was dropped")
        record("ai_call", key="of a month that was dropped", credits=5)
        assert not UsageEvent.objects.filter(event_type="ai_call").exists()


@db
def test_credits_are_never_given_back_by_an_event(cast: Cast) -> None:
    with cast.ours.inside(), pytest.raises(IntegrityError, match="usage_events_credits"), transaction.atomic():
        record("ai_call", key="a", credits=-1)


@db
@pytest.mark.parametrize("model", [UsageEvent, UsageEventKey], ids=lambda model: model.__name__)
def test_what_was_counted_is_never_changed(cast: Cast, model: type[UsageEvent | UsageEventKey]) -> None:
    with cast.ours.inside():
        for change in (
            lambda: model.objects.update(created_at="2020-01-01T00:00Z"),
            lambda: model.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()


# --- for real: connections of their own, and commits -------------------------------------------------------------


@pytest.fixture
def at_once(permanent_cast: Cast, settings: Any, django_db_blocker: Any) -> Iterator[Any]:
    """`at_once(work, numbers)` does the work in so many threads, all beginning at the same moment."""
    with doing_at_once(permanent_cast, settings, django_db_blocker) as run:
        yield run


def kept(firm: Firm) -> Counter[Decimal]:
    return Counter(UsageEvent.objects.filter(event_type="ai_call").values_list("credits_consumed", flat=True))


def test_many_writers_with_one_key_make_one_event(permanent_cast: Cast, at_once: Any) -> None:
    events = at_once(lambda number: record("ai_call", key="the same", credits=2).pk, range(WRITERS))
    assert len(set(events)) == 1
    assert at_once(lambda _: kept(permanent_cast.ours), [0]) == [Counter({Decimal(2): 1})]


def test_many_writers_with_their_own_keys_lose_none(permanent_cast: Cast, at_once: Any) -> None:
    at_once(lambda number: [record("ai_call", key=f"{number} {turn}", credits=1) for turn in range(5)], range(WRITERS))
    assert at_once(lambda _: kept(permanent_cast.ours), [0]) == [Counter({Decimal(1): 5 * WRITERS})]


def test_whoever_waited_for_work_that_was_undone_counts_in_its_place(permanent_cast: Cast, at_once: Any) -> None:
    def work(number: int) -> None:
        record("ai_call", key="the same", credits=number + 1)
        if number != WRITERS - 1:
            transaction.set_rollback(True)

    at_once(work, range(WRITERS))
    assert at_once(lambda _: kept(permanent_cast.ours), [0]) == [Counter({Decimal(WRITERS): 1})]


def counter() -> UsageCounter:
    return UsageCounter.objects.get(feature="credits", period_start=period_now().first)


def test_fifty_writers_and_some_that_crash_leave_the_counter_at_what_the_events_add_up_to(
    permanent_cast: Cast, at_once: Any
) -> None:
    def work(number: int) -> None:
        record("ai_call", key=f"of {number}", credits=Decimal("1.25"))
        if number % 5 == 0:
            transaction.set_rollback(True)

    def totals(_: int) -> tuple[Any, Any, int]:
        mine = UsageEvent.objects.aggregate(sum=Sum("credits_consumed"))["sum"]
        return counter().used, mine, UsageEvent.objects.filter(event_type="ai_call").count()

    at_once(work, range(50))
    used, added_up, events = at_once(totals, [0])[0]
    assert used == added_up == 40 * Decimal("1.25") + 2  # the cast's own export
    assert events == 40


def test_of_twelve_who_reserve_the_last_credits_exactly_as_many_succeed_as_there_are(
    permanent_cast: Cast, at_once: Any
) -> None:
    """102 of the plan, of which 2 are used, and 40 given: seven times 20."""

    def prepare(_: int) -> None:
        exception("credits", 102)
        CreditGrant.objects.create(amount=40, source="gift", reason="For the wait", granted_by="Olga")

    def work(number: int) -> bool:
        try:
            reservations.reserve(20, key=f"draft {number}", event_type="ai_call")
        except OutOfCredits:
            return False
        return True

    def settle(_: int) -> tuple[Any, ...]:
        keys = CreditReservation.objects.filter(status="held").order_by("key").values_list("key", flat=True)
        failed, *worked = keys
        reservations.release(failed)
        for key in (*worked, worked[0]):
            reservations.commit(key)
        reservations.release(worked[0])  # too late: it was used
        now, grants = counter(), CreditGrant.objects.get(amount=40)
        return now.used, now.from_grants, now.reserved, grants.used, len(worked)

    at_once(prepare, [0])
    assert sorted(at_once(work, range(12))) == [False] * 5 + [True] * 7
    used, of_grants, reserved, grants_used, worked = at_once(settle, [0])[0]
    assert (used, reserved, worked) == (2 + 6 * 20, 0, 6)
    assert of_grants == grants_used and 20 <= grants_used <= 40


def test_of_ten_who_take_a_place_exactly_as_many_succeed_as_the_plan_has(permanent_cast: Cast, at_once: Any) -> None:
    from clients.models import Client

    def room(_: int) -> int:
        exception("clients", Client.objects.count() + 3)
        return Client.objects.count()

    def work(number: int) -> bool:
        answer = entitled("clients", adding=1)
        if answer.allowed:
            Client.objects.create(name=f"Of {number}")
        return answer.allowed

    before = at_once(room, [0])[0]
    assert sum(at_once(work, range(10))) == 3
    assert at_once(lambda _: Client.objects.count(), [0]) == [before + 3]
