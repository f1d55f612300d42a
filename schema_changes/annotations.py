"""What a migration says about an operation that the linter would otherwise refuse."""

from dataclasses import dataclass
from typing import Any

from django.db.migrations.operations.base import Operation


@dataclass(frozen=True)
class Contract:
    """The last step of expand and contract: takes away what no running code has used since `after` was released."""

    after: tuple[str, str]
    because: str


@dataclass(frozen=True)
class Reviewed:
    """Somebody knows better than the rules, and says why: a small table, a planned break."""

    because: str


def contract(operation: Operation, *, after: tuple[str, str], because: str) -> Operation:
    """`contract(RemoveField(…), after=("clients", "0004_expand"), because="read by nothing since 2.1")`."""
    return _say(operation, Contract(after, _sentence(because)))


def reviewed(operation: Operation, *, because: str) -> Operation:
    """`reviewed(RunPython(…), because="the table has one row a country")`."""
    return _say(operation, Reviewed(_sentence(because)))


def said_of(operation: Any) -> Contract | Reviewed | None:
    return getattr(operation, "said", None)


def _say(operation: Any, what: Contract | Reviewed) -> Any:
    operation.said = what
    return operation


def _sentence(because: str) -> str:
    if not because.strip():
        raise ValueError("Say why.")
    return because
