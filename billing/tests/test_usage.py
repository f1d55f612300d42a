"""Every act counts once: told again, told by many at once, told by work that is then undone."""

import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.models import Sum

from billing.models import UsageEvent, UsageEventKey
from billing.usage import KeyTaken, record
from tests.cast import Cast, Firm
from tests.isolation.copies import copy_of, opened_as_app, source_database

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
    """`at_once(work, writers)` does the work in so many threads, all beginning at the same moment."""
    settings.TENANCY_ASSUME_ROLES = False
    with django_db_blocker.unblock(), copy_of(source_database(), "usage") as database:

        def run(work: Any, numbers: Any) -> list[Any]:
            ready = Barrier(len(numbers), timeout=30)

            def one(number: int) -> Any:
                connections["default"] = opened_as_app(database)
                try:
                    with permanent_cast.ours.inside():
                        ready.wait()
                        return work(number)
                finally:
                    connections["default"].close()

            with ThreadPoolExecutor(len(numbers)) as pool:
                return list(pool.map(one, numbers))

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
