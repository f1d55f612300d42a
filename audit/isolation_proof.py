"""Asks the running installation whether its database keeps firms apart: every tenant table, as the application's role.

Safe in production. Nothing is changed: reads stop at the first row, writes are refused or rolled back, locks are waited for
one second, and the firms that are probed with do not exist (unless the caller names real ones, whose rows are then looked
through for others').
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import DatabaseError, connections, models, transaction
from psycopg import sql

from audit.models import IsolationProof
from tenancy.catalogue import RULES, Rule, violations
from tenancy.context import APP, alias_for, current, surface, tenant
from tenancy.expected import isolation_of, parameters, tenant_models

#: What PostgreSQL calls its refusals (Appendix A of its manual): these words do not depend on the server's language.
NO_FIRM = ("42704", "22P02")  # the setting is unknown, or empty and so no uuid
NO_RIGHT = ("42501",)  # the row breaks a policy, or the role may not
WAIT = "1s"
#: The server was busy or went away, which says nothing about the walls.
UNANSWERED = ("55P03", "57014", "57P01", "57P02", "57P03", "08")


class Broken(Exception):
    """What a rule of the catalogue found."""


@dataclass(frozen=True)
class Probe:
    """One question put to one table (or to the whole catalogue), and what came back."""

    table: str
    question: str
    passed: bool
    said: str = ""
    answered: bool = True


@dataclass(frozen=True)
class Proof:
    probes: list[Probe]
    milliseconds: int

    @property
    def failures(self) -> list[Probe]:
        return [probe for probe in self.probes if probe.answered and not probe.passed]

    @property
    def unanswered(self) -> list[Probe]:
        return [probe for probe in self.probes if not probe.answered]


def prove(organizations: Iterable[uuid.UUID] = ()) -> Proof:
    """Probe every tenant table. With `organizations`, also look from inside these firms for rows of others."""
    began = time.monotonic()
    with surface(APP):
        probes = [*_role(), *_catalogue()]
        for model in sorted(tenant_models(), key=lambda model: model._meta.db_table):
            probes += _table(model, tuple(organizations))
    return Proof(probes, round((time.monotonic() - began) * 1000))


def keep(proof: Proof) -> IsolationProof:
    """Remember the outcome, for the operators' page."""
    failures = [asdict(probe) for probe in (*proof.failures, *proof.unanswered)]
    return IsolationProof.objects.create(
        user_id=current().user, passed=not failures, probes=len(proof.probes), failures=failures,
        milliseconds=proof.milliseconds,
    )  # fmt: skip


def _role() -> Iterator[Probe]:
    query = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    yield _judged("", "The application's role is bound by the policies", lambda: _rows(query) == [(False,)])
    query = "SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    yield _judged("", "The application's role owns nothing", lambda: not _rows(query))


def _catalogue() -> Iterator[Probe]:
    connection, expected = connections[alias_for(APP)], parameters()
    for rule in RULES:
        if not rule.warning:
            yield _judged("", f"Rule {rule.name}", lambda rule=rule: _kept(rule, connection, expected))


def _kept(rule: Rule, connection: Any, expected: dict[str, Any]) -> bool:
    if found := violations(connection, rule, expected):
        raise Broken(rule.says.format(", ".join(found)))
    return True


def _table(model: type[models.Model], organizations: tuple[uuid.UUID, ...]) -> Iterator[Probe]:
    isolation: Any = isolation_of(model)
    table, column = model._meta.db_table, isolation.options["column"]
    name, key, row = sql.Identifier(table), sql.Identifier(column), {str(model._meta.pk.column): uuid.uuid4()}
    any_row = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(name)
    nobody, other = uuid.uuid4(), uuid.uuid4()
    yield _judged(table, "Without a firm nothing is read", lambda: not _rows(any_row), refusal=NO_FIRM)
    with tenant(nobody):
        yield _judged(table, "A firm without rows sees none", lambda: not _rows(any_row))
        yield _judged(
            table, "A row for another firm is refused", lambda: _plant(name, row | {column: other}),
            refusal=NO_RIGHT,
        )  # fmt: skip
    others = sql.SQL("SELECT 1 FROM {} WHERE {} <> %s LIMIT 1").format(name, key)
    for organization in organizations:
        with tenant(organization):
            question = f"{organization} sees no other firm's rows"
            yield _judged(table, question, lambda firm=organization: not _rows(others, firm))
    query = "SELECT has_table_privilege(%s, 'TRUNCATE, TRIGGER, REFERENCES')"
    yield _judged(table, "The application cannot empty or alter it", lambda: _rows(query, table) == [(False,)])


def _plant(table: sql.Identifier, row: dict[str, uuid.UUID]) -> bool:
    """Refused by the policy before any other rule of the table is asked. False: the row went in (and is rolled back)."""
    columns, values = map(sql.Identifier, row), map(sql.Literal, row.values())
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})")
    _rows(insert.format(table, sql.SQL(", ").join(columns), sql.SQL(", ").join(values)))
    return False


def _judged(table: str, question: str, ask: Callable[[], bool], *, refusal: tuple[str, ...] = ()) -> Probe:
    """The answer, or a refusal of the wall's own kind. Whatever was asked is rolled back."""
    try:
        with transaction.atomic(using=alias_for(APP)):
            _rows(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(WAIT)))
            passed = ask()
            transaction.set_rollback(True, using=alias_for(APP))
    except Broken as error:
        return Probe(table, question, False, str(error))
    except DatabaseError as error:
        said, state = str(error).strip().splitlines()[0], getattr(error.__cause__, "sqlstate", None) or "08"
        answered = not state.startswith(UNANSWERED)
        return Probe(table, question, answered and state in refusal, said, answered)
    return Probe(table, question, passed, "" if passed else "It was.")


def _rows(query: str | sql.Composable, *parameters: Any) -> list[tuple]:
    with connections[alias_for(APP)].cursor() as cursor:
        cursor.execute(query, parameters or None)
        return cursor.fetchall() if cursor.description else []
