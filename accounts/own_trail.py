"""What happened to an account lately, in words: the lines of the platform's trail that name its person."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections

from accounts.devices import device_name
from tenancy.context import APP, acting_as, alias_for, surface

SHOWN = 8

#: Action in the trail → what the person reads, and whether it is something to look at twice.
WORDS = {
    "login": ("Signed in", False),
    "logout": ("Signed out", False),
    "sessions_ended": ("Signed out other devices", False),
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
    "signed_up": ("Account made", False),
}


class Event(NamedTuple):
    at: datetime
    words: str
    is_strange: bool
    address: str
    device: str


def recent_events(user: Any) -> list[Event]:
    with surface(APP), acting_as(user.pk), connections[alias_for(APP)].cursor() as cursor:
        cursor.execute(
            "SELECT happened_at, action, ip_address, user_agent FROM app.my_trail() WHERE action = ANY(%s) LIMIT %s",
            [list(WORDS), SHOWN],
        )
        rows = cursor.fetchall()
    return [Event(at, *WORDS[action], address or "", device_name(agent)) for at, action, address, agent in rows]
