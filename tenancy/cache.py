"""Cache keys that carry the organization, and refuse to be made without one."""

from typing import Any

from django.core.cache import cache

from tenancy.context import current_tenant_id


def tenant_key(key: str) -> str:
    return f"org:{current_tenant_id()}:{key}"


def get(key: str, default: Any = None) -> Any:
    return cache.get(tenant_key(key), default)


def put(key: str, value: Any, *, seconds: int) -> None:
    cache.set(tenant_key(key), value, seconds)


def drop(key: str) -> None:
    cache.delete(tenant_key(key))
