"""Cache keys that carry the organization, and refuse to be made without one."""

from typing import Any

from django.core.cache import cache, caches

from tenancy.context import current_tenant_id


def tenant_key(key: str) -> str:
    return f"org:{current_tenant_id()}:{key}"


def get(key: str, default: Any = None) -> Any:
    return cache.get(tenant_key(key), default)


def put(key: str, value: Any, *, seconds: int) -> None:
    cache.set(tenant_key(key), value, seconds)


def drop(key: str) -> None:
    cache.delete(tenant_key(key))


def platform_get(key: str) -> Any:
    """What concerns no firm, kept by this process alone."""
    return caches["process"].get(f"platform:{key}")


def platform_put(key: str, value: Any, *, seconds: int) -> None:
    caches["process"].set(f"platform:{key}", value, seconds)


def platform_drop(key: str) -> None:
    caches["process"].delete(f"platform:{key}")
