"""Whose rows this code may touch: one ContextVar, sent to PostgreSQL with BEGIN and gone with COMMIT.

Nothing is ever set for a database session. Behind a transaction pooler a session setting would serve the next
client of the same server connection; a transaction-local one cannot.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import connections, transaction

APP, IDENTITY, OPERATOR, OWNER = "app", "identity", "operator", "owner"


class TenantError(RuntimeError):
    """Code asked for tenant rows without a tenant, or for two tenants at once."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a transaction may see: `surface` picks the database role, the ids pick the rows, `audit` names the actor."""

    tenant: uuid.UUID | None = None
    user: uuid.UUID | None = None
    surface: str = APP
    reason: str = ""
    audit: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """Who acts and from where, as the audit trail will tell it."""
        return json.loads(self.audit) if self.audit else {}


EMPTY = Context()
_context: ContextVar[Context] = ContextVar("tenancy", default=EMPTY)


def current() -> Context:
    return _context.get()


def current_tenant_id() -> uuid.UUID:
    """The organization of this context. Raises TenantError where there is none."""
    tenant_id = _context.get().tenant
    if tenant_id is None:
        raise TenantError("No organization is selected: wrap this code in tenancy.context.tenant(organization).")
    return tenant_id


def default_tenant_id() -> uuid.UUID | None:
    """Default of `organization` on new rows; NULL outside a tenant, which the database refuses."""
    return _context.get().tenant


def alias_for(surface: str) -> str:
    """The database alias that connects as the surface's role."""
    return settings.TENANCY_ALIASES[surface]


@contextmanager
def tenant(organization: Any, *, user: Any = None, **audit: Any) -> Iterator[Context]:
    """Open a transaction that sees one organization's rows, on behalf of `user` if given.

    Entering the same organization again is free. Entering another one inside an open transaction raises TenantError:
    open cursors and deferred constraints would meet the new organization's rows.
    """
    previous = current()
    organization_id = _uuid(organization)
    new = replace(previous, tenant=organization_id, user=_uuid(user) or previous.user, reason="")
    with _entered(_with_audit(new, audit), atomic=True) as context:
        yield context


@contextmanager
def acting_as(user: Any, **audit: Any) -> Iterator[Context]:
    """Open a transaction that sees only this person's own account rows, and no organization."""
    with _entered(
        _with_audit(replace(current(), tenant=None, user=_uuid(user), reason=""), audit), atomic=True
    ) as context:
        yield context


@contextmanager
def surface(name: str) -> Iterator[Context]:
    """Run with another database role: sign-in pages as `identity`, Django admin as `operator`."""
    with _entered(replace(current(), tenant=None, surface=name), atomic=False) as context:
        yield context


@contextmanager
def all_tenants(*, reason: str) -> Iterator[Context]:
    """Lift the manager's filter, never the database's policy. Useful to the owner and operator roles only."""
    with _entered(replace(current(), tenant=None, reason=reason), atomic=False) as context:
        yield context


@contextmanager
def audited(**facts: Any) -> Iterator[None]:
    """Tell the audit trail who acts and from where (address, agent, request id …): also in a transaction that is open."""
    token = _context.set(_with_audit(current(), facts))
    try:
        _tell_open_transaction()
        yield
    finally:
        _context.reset(token)
        _tell_open_transaction()


def _tell_open_transaction() -> None:
    connection: Any = connections[alias_for(current().surface)]
    if connection.in_atomic_block and not connection.needs_rollback and connection.takes_statements:
        connection.apply_context(current())


@contextmanager
def _entered(new: Context, *, atomic: bool) -> Iterator[Context]:
    connection: Any = connections[alias_for(new.surface)]
    previous = current()
    _refuse_switch(previous, new, connection)
    token = _context.set(new)
    try:
        with transaction.atomic(using=connection.alias) if atomic else nullcontext():
            if connection.in_atomic_block:
                connection.apply_context(new)
            yield new
    finally:
        _context.reset(token)
        if connection.in_atomic_block and not connection.needs_rollback:
            connection.apply_context(current())


def _refuse_switch(previous: Context, new: Context, connection: Any) -> None:
    switching = previous.tenant is not None and new.tenant is not None and previous.tenant != new.tenant
    if switching and connection.in_atomic_block and not settings.TENANCY_ALLOW_SWITCH_IN_TRANSACTION:
        raise TenantError("Refusing to switch organization inside an open transaction.")


def _with_audit(context: Context, facts: dict[str, Any]) -> Context:
    if not facts:
        return context
    # PostgreSQL's jsonb has no NUL character; a user agent may.
    known = context.facts | {
        key: str(value).replace("\0", "") for key, value in facts.items() if value not in (None, "")
    }
    return replace(context, audit=json.dumps(known))


def _uuid(value: Any) -> uuid.UUID | None:
    value = getattr(value, "pk", value)
    return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(str(value))
