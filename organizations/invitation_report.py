"""What became of each invited address, kept for a while: the page that tells it can be loaded again and mails nothing.

Sealed, for the table of cached values lies outside the firms.
"""

import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

from accounts.encryption import cipher
from organizations.invitations import Line
from organizations.models import Membership
from tenancy import cache

KEPT_SECONDS = 15 * 60
KEY = re.compile(r"[A-Za-z0-9_-]{1,32}")


def keep_report(lines: Iterable[Line], *, by: Membership) -> str:
    """The key that brings the report back, to whoever sent the invitations."""
    key = secrets.token_urlsafe(12)
    rows = [{"email": line.email, "turn": line.turn, "outcome": line.outcome} for line in lines]
    cache.put(_name(key, by), cipher().encrypt(json.dumps(rows).encode()), seconds=KEPT_SECONDS)
    return key


def kept_report(key: str, *, by: Membership) -> list[dict[str, Any]]:
    kept = cache.get(_name(key, by)) if KEY.fullmatch(key) else None
    return json.loads(cipher().decrypt(kept)) if kept else []


def _name(key: str, by: Membership) -> str:
    return f"invited:{by.pk}:{key}"
