"""Two who change the same subscription: whoever waits for it sees what the first has made of it."""

from threading import Event
from time import monotonic, sleep
from typing import Any

from django.db import connection, transaction

from billing import subscribing
from billing.models import SubscriptionPlan
from billing.tests.at_once import doing_at_once
from tests.cast import Cast

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def test_whoever_waits_while_the_plan_changes_finds_the_new_one(
    permanent_cast: Cast, settings: Any, django_db_blocker: Any
) -> None:
    is_held = Event()

    def change_or_wait(number: int) -> str:
        if number:
            is_held.wait(30)
        with transaction.atomic():
            held = subscribing.held()
            if number:
                return held.plan.code
            is_held.set()
            until = monotonic() + 30
            while not somebody_waits():
                assert monotonic() < until, "Nobody waits: the subscription is not held."
                sleep(0.01)
            other = SubscriptionPlan.objects.exclude(pk=held.plan_id).order_by("position")[0]
            return subscribing.change(held, plan=other).plan.code

    with doing_at_once(permanent_cast, settings, django_db_blocker) as run:
        begun = run(lambda _: subscribing.begin_trial().plan.code, [0])[0]
        changed, seen = run(change_or_wait, range(2))
    assert begun != changed == seen
