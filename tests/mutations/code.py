"""Walls in the code: manager, context, middleware, guards, jobs, cache. Each change is one a tired person could make."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connections

from accounts.tokens_middleware import kinds
from clients.models.client import ClientQuerySet
from clients.models.document import DocumentQuerySet
from clients.models.request import InformationRequestQuerySet
from conversations.live import topics
from organizations import access_tokens
from organizations.middleware import OrganizationMiddleware
from organizations.models import Membership
from organizations.models.membership import MembershipQuerySet
from portal.models import PortalSession
from portal.models.session import PortalSessionQuerySet
from tenancy import cache, context, guard
from tenancy.backend import base
from tenancy.jobs import PersonTask, TenantTask
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager, TenantPredicate
from tenancy.router import TenancyRouter
from tests.mutations.mutation import Change, Mutation

ISOLATION, KERNEL = "tests/isolation/", "tenancy/tests/"


def code_mutations() -> Iterator[Mutation]:
    def mutation(wall: str, what: str, change: Change, *witnesses: str) -> Mutation:
        return Mutation(wall, what, change, witnesses or (KERNEL, ISOLATION))

    yield mutation("manager", "no filter by organization", replaced(TenantPredicate, "as_sql", unfiltered))
    yield mutation(
        "manager", "the organization of whoever builds the query", replaced(TenantManager, "get_queryset", eager)
    )
    yield mutation(
        "manager", "deleted rows are found", replaced(LivingManager, "get_queryset", TenantManager.get_queryset)
    )

    yield mutation(
        "middleware",
        "the firm's owner for whoever has no membership",
        replaced(OrganizationMiddleware, "_member", anyone),
    )
    yield mutation("middleware", "suspended members come in", replaced(MembershipQuerySet, "active", lambda rows: rows))
    yield mutation(
        "middleware", "the portal opens without a cookie", replaced_by_name("portal.middleware.session_of", any_session)
    )
    yield mutation(
        "middleware",
        "ended portal sessions stay open",
        replaced(PortalSessionQuerySet, "live", lambda rows: rows),
        "portal/",
    )

    yield mutation(
        "context",
        "set for the session, not the transaction",
        replaced_by_name("tenancy.backend.base.context_statements", for_the_session),
    )
    yield mutation(
        "context", "not set again after a savepoint", replaced(base.DatabaseWrapper, "_savepoint_rollback", forgetful)
    )
    yield mutation(
        "context", "left set at the end of a block", replaced_by_name("tenancy.context._context", Sticky()), KERNEL
    )
    yield mutation(
        "context",
        "another firm may be entered in an open transaction",
        replaced_by_name("tenancy.context._refuse_switch", nothing),
    )
    yield mutation(
        "context", "a privileged role may serve", replaced_by_name("tenancy.guard.refuse_privileged_role", nothing)
    )

    yield mutation(
        "router", "a row keeps the connection it came from", replaced(TenancyRouter, "db_for_write", sticky_alias)
    )
    yield mutation(
        "router",
        "marketing rows in the firms' database",
        replaced(TenancyRouter, "allow_migrate", always),
        KERNEL,
    )

    yield mutation(
        "permission", "every role may do everything", replaced(Membership, "can", always), "organizations/", "clients/"
    )
    yield mutation(
        "permission",
        "restricted clients are shown to all",
        replaced(ClientQuerySet, "visible_to", unnarrowed),
        "clients/",
        "workspaces/",
    )
    yield mutation(
        "permission",
        "documents of restricted clients",
        replaced(DocumentQuerySet, "visible_to", unnarrowed),
        "clients/",
    )
    yield mutation(
        "permission",
        "requests of restricted clients",
        replaced(InformationRequestQuerySet, "visible_to", unnarrowed),
        "clients/",
        "workspaces/",
    )
    yield mutation(
        "permission",
        "a contact sees colleagues' requests",
        replaced(InformationRequestQuerySet, "visible_to_contact", every_request),
        "portal/",
    )

    yield mutation(
        "middleware",
        "a token opens every firm of its member",
        patched(lambda: patch.dict(kinds, {access_tokens.START: of_any_firm})),
        "organizations/",
    )
    yield mutation(
        "permission",
        "a token may whatever its member may",
        replaced(access_tokens, "narrow", nothing),
        "organizations/tests/test_access_tokens.py",
    )
    yield mutation(
        "permission",
        "whoever is in the firm listens to everything",
        replaced_by_name("conversations.views.live.allowed", every_topic),
        "conversations/tests/test_live.py",
    )
    yield mutation(
        "file",
        "a row may name another firm's file",
        replaced_by_name("clients.downloads.is_ours", always),
        "tests/isolation/test_caches_and_files.py::test_a_row_of_ours_that_names_their_key",
    )
    yield mutation(
        "key",
        "joins go by the id alone",
        replaced(TenantForeignKey, "get_extra_restriction", nothing),
        KERNEL,
        "tests/isolation/test_reads.py",
        "tests/isolation/test_differential.py",
    )

    yield mutation("job", "runs without a firm", replaced(TenantTask, "run", careless_run))
    yield mutation(
        "job",
        "a person's runs as nobody",
        replaced(PersonTask, "run", careless_persons_run),
        "tests/isolation/test_background.py",
    )
    yield mutation("cache", "keys without the firm", replaced(cache, "tenant_key", lambda key: key))


def unfiltered(self: Any, *args: Any, **kwargs: Any) -> tuple[str, list[Any]]:
    return "TRUE", []


def eager(self: Any) -> Any:
    rows = super(TenantManager, self).get_queryset()
    return rows.filter(**{self.column: context.default_tenant_id()}) if context.default_tenant_id() else rows


def anyone(request: Any, user_id: str) -> Any:
    return Membership.objects.select_related("organization").order_by("created_at").first()


def any_session(request: Any, contact: Any) -> Any:
    return PortalSession.objects.filter(contact=contact).first()


def for_the_session(new: context.Context) -> str:
    return WHOLE_STATEMENTS(new).replace("SET LOCAL app.", "SET app.")


WHOLE_STATEMENTS = base.context_statements


def forgetful(self: Any, sid: str) -> None:
    super(base.DatabaseWrapper, self)._savepoint_rollback(sid)


class Sticky:
    """A context that nobody takes back."""

    def __init__(self) -> None:
        self.value = context.EMPTY

    def get(self) -> Any:
        return self.value

    def set(self, value: Any) -> Any:
        self.value = value

    def reset(self, token: Any) -> None:
        pass


def sticky_alias(self: Any, model: Any, **hints: Any) -> str:
    instance = hints.get("instance")
    return getattr(getattr(instance, "_state", None), "db", None) or TenancyRouter.db_for_read(self, model)


def careless_run(self: Any, *, organization_id: str = "", **ids: str) -> None:
    self.function(**ids)


def careless_persons_run(self: Any, *, user_id: str = "", **ids: str) -> None:
    self.function(user_id=user_id, **ids)


def of_any_firm(token: str) -> Any:
    if session := access_tokens.session_of(token):
        session.organization_id = None
    return session


def every_topic(member: Any, wanted: list[str]) -> list[str]:
    return [topics.full(*topic.split(":", 1)) for topic in wanted if ":" in topic]


def unnarrowed(self: Any, member: Any) -> Any:
    return self


def every_request(self: Any, contact: Any) -> Any:
    return self.published().filter(request_list__client=contact.client_id)


def always(*args: Any, **kwargs: Any) -> bool:
    return True


def nothing(*args: Any, **kwargs: Any) -> None:
    pass


def replaced(owner: Any, name: str, new: Any) -> Change:
    return patched(lambda: patch.object(owner, name, new))


def replaced_by_name(path: str, new: Any) -> Change:
    return patched(lambda: patch(path, new))


def patched(make: Any) -> Change:
    @contextmanager
    def change() -> Iterator[None]:
        with ExitStack() as stack:
            stack.callback(forget_connections)
            stack.enter_context(make())
            guard._checked.clear()
            yield

    return change


def forget_connections() -> None:
    """What a change has set for a session goes with the session."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
    if settings.TENANCY_ASSUME_ROLES:
        guard._checked.clear()
