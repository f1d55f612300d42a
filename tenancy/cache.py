"""Cache keys that carry the organization, and refuse to be made without one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.cache import cache, caches

from tenancy.context import current_tenant_id

FIRM = "org:"


def tenant_key(key: str) -> str:
    return f"{FIRM}{current_tenant_id()}:{key}"


def get(key: str, default: Any = None) -> Any:
    return cache.get(tenant_key(key), default)


def put(key: str, value: Any, *, seconds: int) -> None:
    cache.set(tenant_key(key), value, seconds)


def take_place(key: str, *, of: int, seconds: int) -> bool:
    """Whether one of so many places was free; it is taken from now, for so long. Two at once never take the same."""
    return any(cache.add(tenant_key(f"{key}:{place}"), 1, seconds) for place in range(of))


def drop(key: str) -> None:
    cache.delete(tenant_key(key))


def forget(organization_id: UUID) -> None:
    """Everything of a firm that is gone. What one process keeps in its own memory goes with the process."""
    delete: Callable[[str], None] | None = getattr(cache, "delete_beginning", None)
    if delete:
        delete(f"{FIRM}{organization_id}:")


def platform_get(key: str) -> Any:
    """What concerns no firm, kept by this process alone."""
    return caches["process"].get(f"platform:{key}")


def platform_put(key: str, value: Any, *, seconds: int) -> None:
    caches["process"].set(f"platform:{key}", value, seconds)


def platform_drop(key: str) -> None:
    caches["process"].delete(f"platform:{key}")
