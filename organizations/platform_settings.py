"""The switches of the whole installation, with their types. Read through a cache of this process, ten seconds old at most.

Not through the cache in the database: a page would keep its entry locked until its own transaction ends, and every
other page would wait for it.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from organizations.models import PlatformSetting
from tenancy import cache
from tenancy.context import alias_for, current

logger = logging.getLogger(__name__)

SECONDS = 10
CACHED, AWAY = "platform_settings", "platform_settings_away"

#: Key → what counts where no row says otherwise, or one says something that is none of its kind.
DEFAULTS: dict[str, Any] = {"sign_up_open": True, "firms_per_person": 20, "notice_banner": {}}
LEVELS = {"info": "Information", "warning": "Warning", "critical": "Trouble"}
TURNS = {"info": "firm", "warning": "client", "critical": "late"}


@dataclass(frozen=True)
class Notice:
    text: str
    level: str
    until: datetime | None

    @property
    def id(self) -> str:
        """What a browser remembers of a notice it has closed: another text is another notice."""
        return hashlib.sha256(f"{self.level}\n{self.text}".encode()).hexdigest()[:16]

    @property
    def turn(self) -> str:
        return TURNS[self.level]

    @property
    def title(self) -> str:
        return LEVELS[self.level]


def sign_up_open() -> bool:
    return bool(_value("sign_up_open"))


def firms_per_person() -> int:
    """How many firms one person may own; 0 is no limit."""
    return int(_value("firms_per_person"))


def notice() -> Notice | None:
    """What every page says at the moment."""
    stored = _value("notice_banner")
    text, until = str(stored.get("text") or ""), parse_datetime(str(stored.get("until") or ""))
    level = stored.get("level")
    if not text or (until is not None and until <= timezone.now()):
        return None
    return Notice(text, level if level in LEVELS else "info", until)


def changed() -> None:
    """Call after a change, in its transaction: this process forgets at once, the others within ten seconds."""
    cache.platform_drop(CACHED)
    transaction.on_commit(lambda: cache.platform_drop(CACHED), using=alias_for(current().surface))


def _value(key: str) -> Any:
    default = DEFAULTS[key]
    found = _stored().get(key, default)
    return found if type(found) is type(default) else default


def _stored() -> dict[str, Any]:
    if settings.DATABASES["default"]["ENGINE"].endswith("dummy"):
        return {}  # a process that serves the public site alone knows no switches
    found = cache.platform_get(CACHED)
    if found is None:
        if cache.platform_get(AWAY):  # one page at a time waits for a database that did not answer, the others need not
            cache.platform_put(CACHED, {}, seconds=SECONDS)
        try:
            found = dict(PlatformSetting.objects.values_list("key", "value"))
            cache.platform_drop(AWAY)
        except OperationalError:  # the public site is shown all the same; what needs the database says so itself
            logger.exception("The switches of the installation cannot be read.")
            found = {}
            cache.platform_put(AWAY, True, seconds=3_600)
        cache.platform_put(CACHED, found, seconds=SECONDS)
    return found
