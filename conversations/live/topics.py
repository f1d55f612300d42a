"""What pages may listen to. A message says that something of a topic changed and nothing else: readers ask again,
under their own rights.

A topic in the database carries the organization; one in an address does not, and can only mean the firm's own.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection

from conversations.subjects import SUBJECTS
from organizations.models import Membership
from tenancy.context import current_tenant_id

CHANNEL = "tickmark"

#: Kind of topic → whether a member may listen to the one with this id. Every subject of conversation is a kind too.
RULES: dict[str, Callable[[Membership, UUID], bool]] = {
    "member": lambda member, topic_id: member.pk == topic_id,
}


def register(kind: str, may_listen: Callable[[Membership, UUID], bool]) -> None:
    """Boards and lists of the apps above: `topics.register("request-list", …)` in `AppConfig.ready()`."""
    RULES[kind] = may_listen


def publish(kind: str, topic_id: Any) -> None:
    """Say that it changed. Delivered on commit, dropped on rollback."""
    message = json.dumps({"topic": full(kind, topic_id)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])


def full(kind: str, topic_id: Any) -> str:
    return f"{current_tenant_id()}:{kind}:{topic_id}"


def allowed(member: Membership, wanted: list[str]) -> list[str]:
    """Those of the named topics that the member may listen to, as the database names them."""
    return [full(kind, topic_id) for kind, topic_id in map(_parsed, wanted) if _may(member, kind, topic_id)]


def _may(member: Membership, kind: str, topic_id: UUID | None) -> bool:
    if topic_id is None:
        return False
    if kind in RULES:
        return RULES[kind](member, topic_id)
    return kind in SUBJECTS and SUBJECTS[kind].visible_to(member).filter(pk=topic_id).exists()


def _parsed(text: str) -> tuple[str, UUID | None]:
    kind, _, number = text.partition(":")
    try:
        return kind, UUID(number)
    except ValueError:
        return kind, None
