"""Back-fills on committed rows, as the application's role: stopped, broken off, run twice at once."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, models
from django.db.models import Value
from django.db.models.functions import Concat

from accounts.models import User
from clients.models import Client
from schema_changes import backfill
from schema_changes.backfill import Backfill, Runner, across_firms, next_batch, register, scopes
from schema_changes.models import BackfillProgress
from tests.cast import Cast, Firm
from tests.scratch import another_session, as_role, released_after

EACH = 9
MARK = "x"


class MarkClients(Backfill):
    """Writes one more mark for each time it meets a row, so that a row met twice shows."""

    name = "mark_clients"
    model = Client
    batch_size = 4
    pause = 0.0

    def fill(self, batch: models.QuerySet) -> None:
        batch.update(notes=Concat("notes", Value(MARK)))


@pytest.fixture
def firms(scratch: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """Nine clients in each firm, in a database that goes away; every batch is a transaction of the application's role."""
    monkeypatch.setattr(backfill, "registered", {})
    monkeypatch.setattr("schema_changes.management.commands.backfill.registered", backfill.registered)
    with as_role("tickmark_app"):
        for firm in (scratch.ours, scratch.theirs):
            with firm.inside():
                more = EACH - Client.with_deleted.count()
                Client.objects.bulk_create([Client(name=f"Client {number}") for number in range(more)])
        yield scratch


def marks(firm: Firm) -> list[str]:
    with firm.inside():
        return list(Client.with_deleted.values_list("notes", flat=True))


def run(name: str = "mark_clients", **options: Any) -> str:
    out = StringIO()
    call_command("backfill", name, stdout=out, **options)
    return out.getvalue()


def each_row_once(cast: Cast) -> bool:
    return marks(cast.ours) == marks(cast.theirs) == [MARK] * EACH


def test_it_fills_every_row_of_every_firm_and_says_so(firms: Cast) -> None:
    register(MarkClients)
    assert run().splitlines()[-1] == "mark_clients: finished, 18 rows, 2 of 2 firms finished."
    assert each_row_once(firms)
    assert "finished, 18 rows" in run()
    assert each_row_once(firms)


@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_without_rows_is_refused(size: int) -> None:
    with pytest.raises(CommandError, match="at least one row"):
        call_command("backfill", "mark_clients", batch_size=size)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_stopped_by_a_signal_it_ends_its_batch_and_goes_on_there_next_time(firms: Cast, sent: signal.Signals) -> None:
    batches: list[int] = []

    @register
    class Stopped(MarkClients):
        def fill(self, batch: models.QuerySet) -> None:
            super().fill(batch)
            batches.append(len(batch))
            if len(batches) == 2:
                os.kill(os.getpid(), sent)

    handler = signal.getsignal(sent)
    with pytest.raises(CommandError, match="stopped at 8 rows, 0 of 2 firms finished. Run it again") as stopped:
        run()
    assert stopped.value.returncode == 130
    assert signal.getsignal(sent) is handler
    assert sorted(marks(firms.ours) + marks(firms.theirs)).count(MARK) == 8
    run()
    assert each_row_once(firms) and sum(batches) == 2 * EACH


def test_broken_off_in_the_middle_the_batch_is_undone_and_done_next_time(firms: Cast) -> None:
    tries: list[int] = []

    @register
    class Broken(MarkClients):
        def fill(self, batch: models.QuerySet) -> None:
            super().fill(batch)
            tries.append(1)
            if len(tries) == 2:
                raise RuntimeError("the machine went away")

    with pytest.raises(RuntimeError):
        run()
    assert sorted(marks(firms.ours) + marks(firms.theirs)).count(MARK) == 4
    run()
    assert each_row_once(firms)


def test_two_runners_at_the_same_time_share_the_work(firms: Cast) -> None:
    def work(_: int) -> bool:
        try:
            return Runner(Slow(), lambda so_far: None, time.sleep).run()
        finally:
            connections.close_all()

    met: list[Any] = []

    class Slow(MarkClients):
        batch_size = 2

        def fill(self, batch: models.QuerySet) -> None:
            super().fill(batch)
            met.extend(batch.values_list("pk", flat=True))
            time.sleep(0.05)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, range(2))) == [True, True]
    assert each_row_once(firms)
    assert len(met) == len(set(met)) == 2 * EACH


def test_what_another_runner_has_in_hand_is_left_to_it(firms: Cast) -> None:
    scopes(MarkClients())
    firm = firms.ours.organization.pk
    with another_session() as other:
        other.execute("SELECT FROM backfill_progress WHERE organization_id = %s FOR UPDATE", [firm])
        with released_after(4, other):
            assert next_batch(MarkClients(), firm) is None
    assert next_batch(MarkClients(), firm) == 4


def test_a_batch_runs_as_the_application_and_reaches_one_firm(firms: Cast) -> None:
    roles = []

    @register
    class Careless(MarkClients):
        def fill(self, batch: models.QuerySet) -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE clients SET notes = notes || 'y' RETURNING organization_id, current_user")
                roles.extend(cursor.fetchall())

    firm = firms.ours.organization.pk
    scopes(Careless())
    next_batch(Careless(), firm)
    assert set(roles) == {(firm, "tickmark_app")}
    assert marks(firms.theirs) == [""] * EACH


def test_the_application_sees_its_own_firms_progress_and_begins_none(firms: Cast) -> None:
    scopes(MarkClients())
    with firms.ours.inside():
        assert [p.organization_id for p in BackfillProgress.objects.all()] == [firms.ours.organization.pk]
    with pytest.raises(DatabaseError), firms.ours.inside():
        BackfillProgress.objects.create(name="another", organization_id=firms.ours.organization.pk)


def test_a_table_outside_the_firms_is_filled_as_the_owner_who_says_why(firms: Cast) -> None:
    class Shout(Backfill):
        name, model, batch_size, pause = "shout", User, 5, 0.0

        def fill(self, batch: models.QuerySet) -> None:
            batch.update(locale="en-us")

    with pytest.raises(ValueError, match="say in as_owner why"):
        register(Shout)
    Shout.as_owner = "accounts belong to no firm"
    register(Shout)
    assert run("shout").splitlines()[-1] == "shout: finished, 12 rows."
    with across_firms("the test looks at every account"):
        assert set(User.objects.values_list("locale", flat=True)) == {"en-us"}


def test_as_the_owner_it_still_goes_firm_by_firm_and_leaves_its_reason(firms: Cast) -> None:
    class Rewrite(MarkClients):
        name, as_owner = "rewrite", "the application may not write this column"

    firm = firms.ours.organization.pk
    scopes(Rewrite())
    next_batch(Rewrite(), firm)
    assert marks(firms.ours).count(MARK) == 4 and marks(firms.theirs) == [""] * EACH
    with connection.cursor() as cursor, firms.ours.inside():
        cursor.execute(
            "SELECT DISTINCT context FROM audit_logs "
            "WHERE action = 'update' AND resource_type = 'clients' AND new_values ->> 'notes' = %s",
            [MARK],
        )
        assert cursor.fetchall() == [
            ('{"job": "backfill rewrite", "reason": "the application may not write this column"}',)
        ]


def test_a_firm_that_comes_later_is_filled_the_next_time(firms: Cast) -> None:
    with across_firms("the test forgets one firm"):
        scopes(MarkClients())
        BackfillProgress.objects.filter(organization_id=firms.theirs.organization.pk).delete()
    register(MarkClients)
    run()
    assert each_row_once(firms)


def test_without_a_name_it_lists_them(firms: Cast) -> None:
    register(MarkClients)
    out = StringIO()
    call_command("backfill", stdout=out)
    assert out.getvalue() == "mark_clients\n"
    with pytest.raises(CommandError, match="There is no back-fill mark_client. There are: mark_clients."):
        run("mark_client")


def test_two_back_fills_of_one_name_are_refused(firms: Cast) -> None:
    register(MarkClients)
    with pytest.raises(ValueError, match="two back-fills named mark_clients"):
        register(type("Other", (MarkClients,), {}))
