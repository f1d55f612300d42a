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
from organizations.permissions import Permission
from tenancy.context import current_tenant_id

CHANNEL = "tickmark"

#: Kind of topic → whether a member may listen to the one with this id. Every subject of conversation is a kind too.
RULES: dict[str, Callable[[Membership, UUID], bool]] = {
    "member": lambda member, topic_id: member.pk == topic_id,
}


#: Kind of topic → the topic of all such things of the firm, which its lists listen to: `projects:<the firm's id>`.
AMONG: dict[str, str] = {}


def register(kind: str, may_listen: Callable[[Membership, UUID], bool]) -> None:
    """Boards and lists of the apps above: `topics.register("request-list", …)` in `AppConfig.ready()`."""
    RULES[kind] = may_listen


def register_list(name: str, permission: Permission, *, of: str) -> None:
    """A list of the whole firm, drawn anew when any of its things changes. Whoever has the permission may listen; what
    they see of it is asked when it is drawn."""
    AMONG[of] = name
    RULES[name] = lambda member, topic_id: topic_id == member.organization_id and member.can(permission)


def publish(kind: str, topic_id: Any) -> None:
    """Say that it changed. Delivered on commit, dropped on rollback."""
    _say(full(kind, topic_id), *_lists_of(kind))


def publish_list(kind: str) -> None:
    """Say that things of this kind changed, however many."""
    _say(*_lists_of(kind))


def _lists_of(kind: str) -> list[str]:
    return [full(AMONG[kind], current_tenant_id())] if kind in AMONG else []


def _say(*names: str) -> None:
    messages = [json.dumps({"topic": name}) for name in names]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, message) FROM unnest(%s::text[]) message", [CHANNEL, messages])


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
