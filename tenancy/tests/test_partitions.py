"""Tables that only grow get their months ahead of time, and lose them when the retention is over."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from audit.models import AuditLog
from billing.models import UsageEvent
from clients.models import Client
from tenancy import partitions
from tenancy.context import OPERATOR, OWNER, surface
from tenancy.management.commands.partitions import Command
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SEVEN_YEARS = timedelta(days=2_557)


def as_owner(work: Any, *args: Any, **kwargs: Any) -> list[str]:
    with surface(OWNER), connection.cursor() as cursor:
        return list(work(cursor, "audit_logs", *args, **kwargs))


def test_four_months_are_made_once_and_stay_closed(cast: Cast) -> None:
    made = as_owner(partitions.make, date(2031, 11, 30))
    ahead = ["audit_logs_2031_11", "audit_logs_2031_12", "audit_logs_2032_01", "audit_logs_2032_02"]
    assert made[-4:] == ahead
    assert len(made) == 5, "The fifth is the month in which the cast was written."
    assert as_owner(partitions.make, date(2031, 11, 30)) == []
    with cast.ours.inside(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SELECT * FROM audit_logs_2031_12")


def test_rows_that_came_before_their_partition_move_into_it(cast: Cast) -> None:
    with cast.ours.inside():
        before = list(AuditLog.objects.order_by("id").values_list("id", "created_at"))
    month = before[0][1].date()
    assert as_owner(partitions.make, date(2040, 1, 1))[0] == f"audit_logs_{month:%Y_%m}"
    with cast.ours.inside():
        assert list(AuditLog.objects.order_by("id").values_list("id", "created_at")) == before
        Client.objects.filter(pk=cast.ours.bakery.pk).update(name="Changed")
    with surface(OWNER), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM audit_logs")
        assert cursor.fetchall() == [(f"audit_logs_{month:%Y_%m}",)]


def test_they_are_late_when_a_month_began_without_them() -> None:
    as_owner(partitions.make, date(2031, 11, 30))
    with surface(OPERATOR), connection.cursor() as cursor:
        late = [partitions.is_late(cursor, "audit_logs", date(2031, *day)) for day in ((11, 30), (12, 2), (12, 3))]
    assert late == [False, False, True]


def test_a_month_goes_when_its_last_day_is_too_old() -> None:
    as_owner(partitions.make, date(2019, 1, 15))
    ages = date(2019, 2, 1) + SEVEN_YEARS
    assert as_owner(partitions.drop, ages - timedelta(days=1), keep=SEVEN_YEARS) == []
    assert as_owner(partitions.drop, ages, keep=SEVEN_YEARS) == ["audit_logs_2019_01"]


def test_the_catch_all_is_never_dropped() -> None:
    as_owner(partitions.drop, date(2999, 1, 1), keep=SEVEN_YEARS)
    with surface(OWNER), connection.cursor() as cursor:
        assert partitions.children(cursor, "audit_logs") == ["audit_logs_default"]


def test_the_command_tells_what_it_did(settings: Any) -> None:
    as_owner(partitions.make, date(2001, 1, 1))
    said = run_command("default")
    assert "audit_logs_2001_04: dropped, older than 2557 days." in said
    assert f"usage_events_{timezone.now():%Y_%m}: made." in said
    assert "page_views" not in said
    assert run_command("default") == "", "Run again, there is nothing left to do."
    settings.TENANCY_PARTITIONED = {"audit.AuditLog": 0}
    as_owner(partitions.make, date(2001, 1, 1))
    assert "dropped" not in run_command("default")


def run_command(*databases: str, **options: Any) -> str:
    said = StringIO()
    with surface(OWNER):
        for database in databases or (None,):
            call_command("partitions", database=database, stdout=said, **options)
    return said.getvalue()


def test_a_table_in_use_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def bring_up_to_date(self: Command, cursor: Any, table: str, today: date, *, keep: int) -> None:
        if table == "audit_logs":
            raise OperationalError from LockNotAvailable()
        done.append(table)

    monkeypatch.setattr(Command, "bring_up_to_date", bring_up_to_date)
    with pytest.raises(CommandError, match="In use: audit_logs"):
        call_command("partitions", database="default", stdout=StringIO())
    assert "usage_events" in done


def test_usage_before_its_partition_keeps_its_keys(cast: Cast) -> None:
    """To the firm and to the member, as in every month after it."""
    with surface(OWNER), connection.cursor() as cursor:
        made = list(partitions.make(cursor, "usage_events", timezone.now().date()))
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = to_regclass(%s)", [made[0]]
        )
        assert cursor.fetchone() == (2,)
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY (%s) AND NOT relforcerowsecurity", [made])
        assert cursor.fetchall() == []
    with cast.ours.inside():
        assert UsageEvent.objects.get().pk == cast.ours.usage_event.pk
        with pytest.raises(DatabaseError, match="usage_events_member"), transaction.atomic():
            UsageEvent.objects.create(event_type="ai_call", member_id=cast.theirs.member.pk)


@pytest.mark.parametrize(
    ("month", "after"), [(date(2026, 12, 31), date(2027, 1, 1)), (date(2024, 2, 29), date(2024, 3, 1))]
)
def test_the_month_after(month: date, after: date) -> None:
    assert partitions.month_after(month) == after
