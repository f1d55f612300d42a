"""Asked by machines: does the process live, can it work, and its figures."""

import ipaddress
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from config import metrics
from tenancy.jobs import DEAD_AFTER
from tenancy.router import MARKETING

#: Aliases a serving process works with, where it has them.
SERVING = ("default", "identity", "operator", MARKETING)
HEARTBEAT = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
WELL = "ok"


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Says that the process answers; asks no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
def readiness(request: HttpRequest) -> JsonResponse:
    """503 with the reason where a database or the cache does not answer, a schema is behind the code, or no worker gives a sign."""
    found = {f"database {alias}": answers(alias) for alias in SERVING if alias in settings.DATABASES and is_real(alias)}
    if found.get("database default") == WELL:
        found |= {"migrations": migrations("default"), "cache": cached(), "worker": worker()}
    if found.get(f"database {MARKETING}") == WELL:
        found["migrations of the site"] = migrations(MARKETING)
    return JsonResponse(found, status=200 if set(found.values()) == {WELL} else 503)


@require_safe
@login_not_required
def figures(request: HttpRequest) -> HttpResponse:
    """For whoever holds METRICS_TOKEN; without one, for this machine alone, and not through its proxy."""
    if not may_scrape(request):
        return HttpResponse(status=404)
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_scrape(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "")
        return constant_time_compare(shown, f"Bearer {settings.METRICS_TOKEN}")
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_real(alias: str) -> bool:
    return not settings.DATABASES[alias]["ENGINE"].endswith("dummy")


def answers(alias: str) -> str:
    """Its class only: the words of an error name hosts and users."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"does not answer ({type(error).__name__})"
    return WELL


@cache
def newest() -> frozenset[tuple[str, str]]:
    """The last migrations of every app, as this code has them."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def migrations(alias: str) -> str:
    wanted = {leaf for leaf in newest() if (leaf[0] == MARKETING) == (alias == MARKETING)}
    missing = wanted - set(asked("SELECT app, name FROM django_migrations", alias))
    return f"{len(missing)} apps are behind" if missing else WELL


def cached() -> str:
    """Sign-in and portals keep their limits there. What it raises depends on which one it is."""
    try:
        caches["default"].get("readiness")
    except Exception as error:
        return f"does not answer ({type(error).__name__})"
    return WELL


def worker() -> str:
    [(age,)] = asked(HEARTBEAT)
    if age is None:
        return "no worker has started"
    return WELL if age < DEAD_AFTER else f"no sign for {int(age)} s"


def asked(query: str, alias: str = "default") -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
