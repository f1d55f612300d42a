"""What is noted of one visit, and what is made of it before it is kept."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils import timezone

from marketing.models import PageView, VisitorSalt

#: Every browser's agent begins like one of these; one that gives an address of its maker is a program all the same.
BROWSER = re.compile(r"Mozilla/|Opera/|Lynx/|w3m/|E?Links\b|Dillo/|NetSurf/", re.I)
BOT = re.compile(
    r"https?://|bot|crawl|spider|slurp|preview|monitor|headless|lighthouse|inspect|archiv|scan|fetch|facebookexternal",
    re.I,
)
#: Long enough for visits from before midnight that are written after it.
SALT_DAYS = 2


@dataclass(frozen=True)
class Visit:
    """Address and agent stay in memory until the batch is written; only their hash is kept."""

    at: datetime
    address: str
    agent: str
    path: str
    referrer_host: str
    utm_source: str
    utm_medium: str
    utm_campaign: str

    def row(self, salt: bytes) -> PageView:
        return PageView(
            created_at=self.at, path=self.path, visitor=visitor(salt, self.address, self.agent),
            referrer_host=self.referrer_host, utm_source=self.utm_source, utm_medium=self.utm_medium,
            utm_campaign=self.utm_campaign, is_bot=is_bot(self.agent),
        )  # fmt: skip


def visit_of(request: HttpRequest) -> Visit:
    tags = {name: kept(request.GET.get(name, ""), 100) for name in ("utm_source", "utm_medium", "utm_campaign")}
    return Visit(
        at=timezone.now(), address=getattr(request, "address", ""), agent=request.headers.get("User-Agent", "")[:400],
        path=kept(request.path, 300), referrer_host=referrer_host(request), **tags,
    )  # fmt: skip


def referrer_host(request: HttpRequest) -> str:
    """Where the visit came from; empty for our own pages, for none, and for nonsense."""
    try:
        host = urlsplit(request.headers.get("Referer", "")).hostname or ""
    except ValueError:
        return ""
    return "" if host == request.get_host().partition(":")[0] else kept(host, 253)


def is_bot(agent: str) -> bool:
    return not BROWSER.match(agent) or bool(BOT.search(agent))


def kept(text: str, length: int) -> str:
    """As much of it as the column takes; PostgreSQL takes no NUL."""
    return text.replace("\0", "")[:length]


def visitor(salt: bytes, address: str, agent: str) -> str:
    return hmac.digest(salt, f"{address}\n{agent}".encode(), "sha256")[:16].hex()


def salt_of(day: date) -> bytes:
    """Whoever comes first on a day makes its salt and throws the old ones away."""
    known, is_new = VisitorSalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(32)})
    if is_new:
        forget_salts(day)
    return bytes(known.salt)


def forget_salts(today: date) -> None:
    """From then on nobody can tell whose the visits of those days were."""
    VisitorSalt.objects.filter(day__lte=today - timedelta(days=SALT_DAYS)).delete()
