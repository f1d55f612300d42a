"""Runs the steps of a conversion, one statement a message, and leaves out those the catalogue says are done."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from psycopg import Connection

from tenancy.distribution.layout import Layout, read_layout
from tenancy.distribution.plan import Step, Target, steps
from tenancy.distribution.rules import refusals

# Any number, the same in every copy: two conversions at once would undo each other.
ONE_AT_A_TIME = 7_225_151

PREPARED = """
SELECT count(*) = 4 AND bool_and(has_schema_privilege(rolname, n.oid, 'USAGE')) FROM pg_roles, pg_namespace n
WHERE n.nspname = 'app' AND rolname = ANY (ARRAY['{app}', '{operator}', '{identity}', '{lookup}'])
"""
NODES = "SELECT nodeid::text, success AND result = 't', result FROM run_command_on_all_nodes(%s)"
CLOSED = (
    "SELECT nodename || ':' || nodeport FROM run_command_on_placements(%s::regclass, "
    "$$SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = '%%s'::regclass$$) "
    "WHERE result IS DISTINCT FROM 't'"
)
ANCHOR = "SELECT logicalrelid::text FROM pg_dist_partition WHERE partmethod = 'h' AND logicalrelid::text = ANY (%s) ORDER BY 1 LIMIT 1"


class DistributionError(Exception):
    """The database cannot be converted, or not further; the message is a sentence for a person."""


class Conversion:
    """Steps run as the owner of the tables, or as a superuser where it takes one; without one these are reported."""

    def __init__(
        self, owner: Connection[Any], superuser: Connection[Any], parameters: dict[str, Any], target: Target
    ) -> None:
        self.owner, self.superuser, self.parameters, self.target = owner, superuser, parameters, target

    def refusals(self) -> list[str]:
        return refusals(self.superuser, self.parameters)

    def unready(self) -> Iterator[str]:
        """What a server lacks to begin with."""
        if not self._answer("SELECT to_regproc('create_distributed_table') IS NOT NULL"):
            yield "The extension citus is not installed in this database."
            return
        question = PREPARED.format(**self.target.roles)
        for node, ready, _ in self.superuser.execute(NODES, [question]):
            if not ready:
                yield f"Node {node} is not prepared: run `manage.py provision` with ADMIN_DATABASE_URL leading to it."

    def layout(self) -> Layout:
        copied = [*self.parameters["roots"], *self.parameters["copied"]]
        tenants, platform = self.parameters["tenant_tables"], self.parameters["platform"]
        return read_layout(self.superuser, copied=copied, tenants=tenants, platform=platform)

    def plan(self) -> list[Step]:
        layout = self.layout()
        target = self.target
        if self._answer("SELECT to_regclass('pg_dist_partition') IS NOT NULL"):
            row = self.superuser.execute(ANCHOR, [layout.tenants]).fetchone()
            target = Target(target.roles, target.shard_count, row[0] if row else target.anchor, target.audit)
        return list(steps(layout, target))

    def run(self, tell: Callable[[str], object]) -> int:
        """Convert; returns how many steps had to be taken. Nothing is saved or dropped once all is done."""
        if reasons := [*self.refusals(), *self.unready()]:
            raise DistributionError("\n".join(reasons))
        self.superuser.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        # What is set for the role by a step holds for connections made after it, not for this one.
        self.owner.execute("SET citus.enable_unsafe_triggers = on")
        plan = self.plan()
        if all(self.is_done(step) for step in plan if "saved" not in step.title and not step.title.startswith("Save ")):
            plan = plan[-1:]
        taken = [step for step in plan if not self.is_done(step) and self.take(step, tell)]
        if open_tables := list(self.open_placements()):
            raise DistributionError("\n".join(open_tables))
        return len(taken)

    def take(self, step: Step, tell: Callable[[str], object]) -> bool:
        tell(step.title)
        try:
            (self.superuser if step.superuser else self.owner).execute(step.statement.encode())
        except psycopg.Error as error:
            raise DistributionError(
                f"{step.title}: {str(error).strip()}\nRun this again when it is repaired."
            ) from error
        if not self.is_done(step):
            raise DistributionError(f"{step.title}: the server said yes, but its catalogue does not show it.")
        return True

    def is_done(self, step: Step) -> bool:
        return self._answer(step.done)

    def open_placements(self) -> Iterator[str]:
        """Tables whose policies are not forced somewhere: an ALTER TABLE has been known to get lost on the way."""
        layout = self.layout()
        for part in layout.of("force"):
            for (node,) in self.superuser.execute(CLOSED, [part.name]):
                yield f"The policies of {part.name} are not forced on {node}."

    def _answer(self, question: str) -> bool:
        row = self.superuser.execute(question.encode()).fetchone()
        return bool(row and row[0])


def connected(url: str, **changes: Any) -> AbstractContextManager[Connection[Any]]:
    return psycopg.connect(url, autocommit=True, connect_timeout=10, **changes)
