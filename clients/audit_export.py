"""The audit trail as a file, CSV or JSON lines: made while it is sent, each piece in a transaction of its own."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from audit.actors import kind
from audit.models import AuditLog
from clients.audit_trail import ORDER
from organizations.csv_download import without_formula
from tenancy.context import tenant

PIECE = 1000
COLUMNS = [
    "id", "created_at", "actor", "name", "user_id", "action", "resource_type", "resource_id", "old_values", "new_values",
    "ip_address", "user_agent", "request", "context",
]  # fmt: skip

Rows = Callable[[], "QuerySet[AuditLog]"]


def csv_pieces(firm: UUID, user: UUID | None, rows: Rows) -> Iterator[bytes]:
    """Opens in Excel with its accents, and no cell is a formula."""
    yield b"\xef\xbb\xbf" + _csv([COLUMNS])
    for piece in _pieces(firm, user, rows):
        yield _csv([[without_formula(_cell(line[column])) for column in COLUMNS] for line in piece])


def jsonl_pieces(firm: UUID, user: UUID | None, rows: Rows) -> Iterator[bytes]:
    for piece in _pieces(firm, user, rows):
        yield "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in piece).encode()


def _pieces(firm: UUID, user: UUID | None, rows: Rows) -> Iterator[list[dict[str, Any]]]:
    """By key from one piece to the next: lines written meanwhile are newer and come before the first."""
    last: AuditLog | None = None
    while True:
        with tenant(firm, user=user), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '5min'")  # few lines of many may match
            wanted = rows().order_by(*ORDER)
            if last is not None:
                earlier = Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
                wanted = wanted.filter(earlier, created_at__lte=last.created_at)
            lines = list(wanted[:PIECE])
        if not lines:
            return
        yield [_told(line) for line in lines]
        last = lines[-1]


def _told(line: AuditLog) -> dict[str, Any]:
    return {
        "id": str(line.pk),
        "created_at": line.created_at.isoformat(),
        "actor": kind(line).value,
        "name": line.context.get("name", ""),
        "user_id": str(line.user_id or "") or None,
        "action": line.action,
        "resource_type": line.resource_type,
        "resource_id": str(line.resource_id or "") or None,
        "old_values": line.old_values,
        "new_values": line.new_values,
        "ip_address": line.ip_address,
        "user_agent": line.user_agent,
        "request": line.context.get("request", ""),
        "context": line.context,
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
