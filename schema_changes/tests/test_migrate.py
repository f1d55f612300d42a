"""`migrate` gives way to whoever uses the table, tries again, and gives up in words."""

from importlib import import_module
from io import StringIO
from threading import Timer
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import DeadlockDetected
from psycopg.pq import TransactionStatus

from schema_changes.patience import Patience, insist
from tests.cast import Cast
from tests.scratch import another_session, released_after

NODE = ("schema_changes", "0002_one_more_column")


@pytest.fixture
def one_more(scratch: Cast, settings: Any) -> None:
    """The database lacks one migration, which needs the table `clients` for itself."""
    settings.MIGRATION_MODULES = {"schema_changes": "schema_changes.tests.one_more"}


def migrate(**options: float) -> str:
    out = StringIO()
    usual = {"lock_timeout": 0.1, "lock_attempts": 6, "lock_pause": 0.2}
    call_command("migrate", *NODE, stdout=out, **usual | options)
    return out.getvalue()


def is_applied() -> bool:
    return NODE in MigrationRecorder(connection).applied_migrations()


def test_it_waits_for_whoever_has_the_table(one_more: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with another_session() as other:
        other.execute("LOCK TABLE clients IN ACCESS EXCLUSIVE MODE")
        monkeypatch.setattr("schema_changes.patience.sleep", lambda seconds: other.commit())
        told = migrate()
    assert told.count("schema_changes.0002_one_more_column: a table was in use for 0.1 s; trying again in 0.2 s.") == 1
    assert is_applied()


def test_others_are_not_held_up_for_longer_than_it_queues(one_more: None) -> None:
    with another_session() as reader, another_session() as other:
        reader.execute("SELECT count(*) FROM clients")  # a long report: the migration has to queue behind it
        other.execute("SET lock_timeout = '3s'")
        queued = Timer(0.1, other.execute, ["SELECT count(*) FROM clients"])
        queued.start()
        with released_after(4, reader), pytest.raises(CommandError):
            migrate(lock_attempts=1, lock_timeout=0.3)
        queued.join()
        assert other.info.transaction_status == TransactionStatus.INTRANS
    assert not is_applied()


def test_it_gives_up_in_words_and_leaves_nothing_half_done(one_more: None) -> None:
    with another_session() as other:
        other.execute("LOCK TABLE clients IN ACCESS SHARE MODE")
        with (
            released_after(4, other),
            pytest.raises(
                CommandError,
                match="schema_changes.0002_one_more_column could not have its table in 2 attempts, and nothing of it was done",
            ),
        ):
            migrate(lock_attempts=2, lock_pause=0.01)
    assert not is_applied()


def test_of_a_migration_without_a_transaction_it_does_not_say_that_nothing_was_done(
    one_more: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("schema_changes.tests.one_more.0002_one_more_column").Migration, "atomic", False)
    with another_session() as other:
        other.execute("LOCK TABLE clients IN ACCESS SHARE MODE")
        with released_after(4, other), pytest.raises(CommandError, match="a part of it may be done"):
            migrate(lock_attempts=1)


def test_a_deadlock_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema_changes.patience.sleep", lambda seconds: None)
    told: list[str] = []

    def lose_once() -> None:
        if not told:
            raise OperationalError("deadlock detected") from DeadlockDetected()

    insist(lose_once, Patience(), told.append)
    assert told == ["it and another session waited for each other; trying again in 1 s"]


def test_a_limit_on_statements_does_not_stop_a_long_migration(one_more: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '1ms'")
    migrate()
    assert is_applied()


def test_another_error_is_not_tried_again() -> None:
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        raise OperationalError("the server went away")

    with pytest.raises(OperationalError):
        insist(fail, Patience(), print)
    assert tries == [1]


def test_the_pauses_double_and_end() -> None:
    assert list(Patience(attempts=8).pauses()) == [1, 2, 4, 8, 16, 30, 30]
