"""Refuses migrations that keep people waiting, or that the code still running cannot live with.

It reads operations and the models' state, no database. Looked at are migrations that are not released yet, and in them
what they do to tables that are: `released.json` says which migrations have run anywhere that matters.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel, RenameModel, RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation

from schema_changes.annotations import Contract, said_of
from schema_changes.operations import AddConstraintNotValid, ValidateConstraint
from schema_changes.problem import Problem
from schema_changes.rules import problems
from schema_changes.sql_rules import tables_made
from schema_changes.walk import Place, Walk

RELEASED = Path(__file__).with_name("released.json")
Node = tuple[str, str]


@dataclass(frozen=True)
class Finding:
    """One refused operation, as a person is told of it."""

    migration: Node
    number: int
    operation: str
    problem: Problem

    def __str__(self) -> str:
        return (
            f"{'.'.join(self.migration)}, operation {self.number}: {self.operation}\n"
            f"    {self.problem.name}: {self.problem.lock}\n    Instead: {self.problem.recipe}"
        )


def our_apps() -> set[str]:
    return {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}


def lint(graph: MigrationGraph, released: set[Node], apps_: set[str]) -> list[Finding]:
    """Findings in every migration of these apps that is not released, in the order in which they would run."""
    walk, findings = Walk(released), []
    for node in plan(graph):
        migration: Any = graph.nodes[node]
        if node in released or node[0] not in apps_:
            pass_over(migration, walk)
        else:
            findings += list(lint_migration(migration, walk))
    return findings


def lint_ours() -> list[Finding]:
    graph = MigrationLoader(None).graph
    return lint(graph, released_nodes(graph), our_apps())


def lint_migration(migration: Migration, walk: Walk) -> Iterator[Finding]:
    """Findings in one migration; the walk is behind it afterwards."""
    for number, operation in enumerate(migration.operations, start=1):
        before = walk.state.clone()
        operation.state_forwards(migration.app_label, walk.state)
        place = Place(migration, tuple(migration.operations[: number - 1]), before, walk)
        for part in database_parts(operation):
            for problem in problems(part, place):
                if left := unanswered(said_of(part) or said_of(operation), problem, walk.released):
                    yield Finding((migration.app_label, migration.name), number, part.describe(), left)
            note_constraints(migration.app_label, part, walk)
        for part in (operation, *database_parts(operation)):
            note_new(migration.app_label, part, walk)


def pass_over(migration: Migration, walk: Walk) -> None:
    walk.state = migration.mutate_state(walk.state, preserve=False)
    for operation in migration.operations:
        for part in database_parts(operation):
            note_constraints(migration.app_label, part, walk)


def note_constraints(app: str, operation: Operation, walk: Walk) -> None:
    if isinstance(operation, AddConstraintNotValid):
        walk.unproven.add((app, operation.constraint.name))
    elif isinstance(operation, ValidateConstraint):
        walk.unproven.discard((app, operation.name))


def note_new(app: str, operation: Operation, walk: Walk) -> None:
    if isinstance(operation, CreateModel):
        walk.new_models.add((app, operation.name_lower))
    elif isinstance(operation, RenameModel) and (app, operation.old_name_lower) in walk.new_models:
        walk.new_models.add((app, operation.new_name_lower))
    elif isinstance(operation, RunSQL):
        walk.new_tables.update(tables_made(operation))


def database_parts(operation: Operation) -> list[Operation]:
    if isinstance(operation, SeparateDatabaseAndState):
        return [inner for part in operation.database_operations for inner in database_parts(part)]
    return [operation]


def unanswered(said: Any, problem: Problem, done: set[Node]) -> Problem | None:
    """The problem, unless the migration has answered it. A contract counts once what it waits for is released."""
    if said is None:
        return problem
    if isinstance(said, Contract) and said.after not in done:
        return Problem(
            "contract too early",
            f"{'.'.join(said.after)} is not released, so code that needs what goes here may still be running.",
            "release the migration that expanded first, and contract in the release after it.",
        )
    return None


# --- what is released -------------------------------------------------------------------------------------------


def plan(graph: MigrationGraph) -> list[Node]:
    seen: dict[Node, None] = {}
    for leaf in sorted(graph.leaf_nodes()):
        seen |= dict.fromkeys(graph.forwards_plan(leaf))
    return list(seen)


def released_nodes(graph: MigrationGraph) -> set[Node]:
    """What the recorded migrations stand on, and they themselves."""
    recorded: dict[str, str] = json.loads(RELEASED.read_text()) if RELEASED.exists() else {}
    gone = [f"{app}.{name}" for app, name in recorded.items() if (app, name) not in graph.nodes]
    if gone:
        raise ValueError(f"{RELEASED.name} names migrations that do not exist: {', '.join(gone)}.")
    return {node for leaf in recorded.items() for node in graph.forwards_plan(leaf)}


def record_release() -> dict[str, str]:
    """Write down that every migration of ours has been released."""
    leaves = {app: name for app, name in MigrationLoader(None).graph.leaf_nodes() if app in our_apps()}
    RELEASED.write_text(json.dumps(dict(sorted(leaves.items())), indent=2) + "\n")
    return leaves
