"""What the rules may ask about the place an operation stands in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import CheckConstraint, Q

Key = tuple[str, str]


@dataclass
class Walk:
    """What is known on the way through the migrations: the models as they are by now, and what is new since the release."""

    released: set[Key]
    state: ProjectState = field(default_factory=ProjectState)
    new_models: set[Key] = field(default_factory=set)
    new_tables: set[str] = field(default_factory=set)
    unproven: set[Key] = field(default_factory=set)


@dataclass(frozen=True)
class Place:
    """Where an operation stands: its migration, what comes before it there, the models before and after it."""

    migration: Migration
    earlier: tuple[Operation, ...]
    before: ProjectState
    walk: Walk

    def is_new(self, model_name: str) -> bool:
        return (self.migration.app_label, model_name.lower()) in self.walk.new_models

    def table_is_new(self, table: str) -> bool:
        states = (self.before, self.walk.state)
        return table in self.walk.new_tables or any(
            table == table_of(state, key) for key in self.walk.new_models for state in states if key in state.models
        )

    def model(self, model_name: str) -> Any:
        return self.before.models[self.migration.app_label, model_name.lower()]

    def proven_not_null(self, model_name: str) -> Iterator[str]:
        """Columns of which a validated check constraint says that they are not null."""
        for constraint in self.model(model_name).options.get("constraints", []):
            if (
                isinstance(constraint, CheckConstraint)
                and (self.migration.app_label, constraint.name) not in self.walk.unproven
            ):
                for name in self.model(model_name).fields:
                    if constraint.condition == Q(**{f"{name}__isnull": False}):
                        yield name


def table_of(state: ProjectState, key: Key) -> str:
    return state.models[key].options.get("db_table") or "_".join(key)
