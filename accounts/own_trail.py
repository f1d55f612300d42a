"""What happened to an account, in words: the lines of the platform's trail that name its person."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from accounts.devices import device_name
from tenancy.context import APP, acting_as, alias_for, surface

#: Action in the trail → what the person reads, and whether it is something to look at twice.
WORDS = {
    "login": ("Signed in", False),
    "login_failed": ("Wrong password", True),
    "logout": ("Signed out", False),
    "sessions_ended": ("Signed out other devices", False),
    "device_trusted": ("Device trusted", False),
    "device_forgotten": ("Device trusted no more", False),
    "token_issued": ("A program signed in", False),
    "token_reused": ("A program's token was used twice", True),
    "sign_in_paused": ("Sign-in paused after wrong passwords", True),
    "factor_failed": ("Wrong code or passkey", True),
    "factor_added": ("Second factor added", False),
    "factor_removed": ("Second factor removed", True),
    "factor_reset": ("New recovery codes", False),
    "provider_added": ("Single sign-on connected", True),
    "provider_removed": ("Single sign-on removed", True),
    "password_changed": ("New password", False),
    "password_reset": ("New password, by mail", False),
    "password_set": ("Password set", False),
    "email_changed": ("Main address changed", True),
    "export_asked": ("Copy of your data asked for", False),
    "export_downloaded": ("Copy of your data downloaded", True),
    "signed_up": ("Account made", False),
}
#: What a person may look at alone: word in the address → (its name, its actions).
KINDS = {
    "": ("Everything", list(WORDS)),
    "sign-ins": ("Sign-ins", ["login", "logout", "token_issued"]),
    "failures": ("Failures", ["login_failed", "factor_failed", "sign_in_paused", "token_reused"]),
}


class Event(NamedTuple):
    id: UUID
    at: datetime
    words: str
    is_strange: bool
    address: str
    device: str


class Events(NamedTuple):
    """Newest first. `newer` and `older` are the ids to go on from, where there is more."""

    rows: list[Event]
    newer: UUID | None
    older: UUID | None


def recent_events(user: Any, *, size: int = 8) -> list[Event]:
    return _read(user, list(WORDS), "true", [], "DESC", size)


def password_chosen(user: Any) -> datetime | None:
    """When the person last chose a password; None where that was when they signed up, or longer ago than the trail."""
    found = _read(user, ["password_changed", "password_reset", "password_set"], "true", [], "DESC", 1)
    return found[0].at if found else None


def events(user: Any, kind: str, *, before: UUID | None = None, after: UUID | None = None, size: int = 50) -> Events:
    """One page. Ids of the trail grow with time, so that the place to go on from is one of them."""
    _, actions = KINDS[kind]
    if after:
        rows = _read(user, actions, "id > %s", [after], "ASC", size + 1)
        has_newer, has_older = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        rows = _read(user, actions, "id < %s" if before else "true", [before] if before else [], "DESC", size + 1)
        has_newer, has_older = before is not None, len(rows) > size
        rows = rows[:size]
    if not rows:
        return Events([], None, None)
    return Events(rows, rows[0].id if has_newer else None, rows[-1].id if has_older else None)


def _read(user: Any, actions: list[str], where: str, values: list[UUID], order: str, limit: int) -> list[Event]:
    statement = f"""
        SELECT id, happened_at, action, ip_address, user_agent FROM app.my_trail()
        WHERE action = ANY(%s) AND {where} ORDER BY id {order} LIMIT %s
    """  # noqa: S608 (both words are written here)
    with surface(APP), acting_as(user.pk), connections[alias_for(APP)].cursor() as cursor:
        cursor.execute(statement, [actions, *values, limit])
        return [
            Event(key, at, *WORDS[action], address or "", device_name(agent))
            for key, at, action, address, agent in cursor.fetchall()
        ]
