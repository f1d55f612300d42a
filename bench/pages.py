"""The statements that real pages send: each page is asked for once through HTTP, and what it said to PostgreSQL is kept."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from bench.load import Size

Statement = tuple[str, Sequence[Any] | None]

#: Belongs to the transaction or the session, not to a question about rows.
SKIPPED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL", "SET CONSTRAINTS", "NOTIFY")


@dataclass(frozen=True)
class Page:
    """What one page (or one press of a button) asks of the firm's rows."""

    name: str
    statements: list[Statement]
    writes: bool
    #: Pressed, not read. Some pages note that they were read, which is a write too.
    posted: bool = False


class Visitor:
    """A member of one firm with a browser, and an ear on the connection."""

    def __init__(self, size: Size, role: str = "member") -> None:
        self.size = size
        self.organization, self.member = firm_of(size, role)
        self.mount = f"/o/{self.organization.slug}/"
        self.browser = signed_in(self.member)

    def pages(self) -> Iterator[Page]:
        """The largest lists, some details and searches, and how requests and clients are written. `bench/walk.py` has all."""
        client, request_list, request = self.examples()
        for name, view, kwargs, params in (
            ("today", "today", {}, {"show": "all"}),
            ("clients", "client_list", {}, {}),
            ("clients, from the middle", "client_list", {}, {"after": self.middle()}),
            ("clients by a word", "client_list", {}, {"q": "w2"}),
            ("a client", "client_detail", {"client_id": client}, {}),
            ("a client's documents", "client_documents", {"client_id": client}, {}),
            ("request lists", "request_list_index", {}, {}),
            ("request lists by a word", "request_list_index", {}, {"q": "Year-end 2"}),
            ("a request list", "request_list_detail", {"list_id": request_list}, {}),
            ("a request list by a word", "request_list_detail", {"list_id": request_list}, {"q": "w3"}),
            ("a request", "request_detail", {"request_id": request}, {}),
            ("members", "member_list", {}, {}),
        ):
            yield self.recorded(
                name, lambda view=view, kw=kwargs, params=params: self.browser.get(self.url(view, **kw), params)
            )
        new = {"title": "A new request", "priority": "medium"}
        yield self.recorded(
            "add a request", lambda: self.browser.post(self.url("request_create", list_id=request_list), new)
        )
        yield self.recorded(
            "publish a list", lambda: self.browser.post(self.url("request_list_publication", list_id=request_list))
        )
        yield self.recorded(
            "add a client",
            lambda: self.browser.post(
                self.url("client_create"), {"name": "New", "type": "company", "status": "active", "access": "firm"}
            ),
        )

    def recorded(self, name: str, ask: Callable[[], Any]) -> Page:
        """The page is really asked for; what it wrote is rolled back."""
        response, heard = self.asked(ask)
        if response.status_code not in (200, 201, 204, 302):
            raise AssertionError(f"{name} answered {response.status_code}.")
        return page_of(name, response, heard)

    def asked(self, ask: Callable[[], Any]) -> tuple[Any, list[Statement]]:
        """The answer, and what was said to PostgreSQL for it."""
        from django.db import connection, transaction

        heard: list[Statement] = []

        def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not sql.startswith(SKIPPED):
                heard.append((sql, params))
            return execute(sql, params, many, context)

        with ExitStack() as stack:
            stack.enter_context(transaction.atomic())
            stack.enter_context(connection.execute_wrapper(listen))
            response = ask()
            transaction.set_rollback(True)
        return response, heard

    def url(self, view: str, **kwargs: Any) -> str:
        return self.mounted(settings.ORGANIZATION_URLCONF, view, kwargs)

    def mounted(self, urlconf: str, view: str, kwargs: dict[str, Any]) -> str:
        return self.mount + reverse(view, urlconf=urlconf, kwargs=kwargs).removeprefix("/")

    def examples(self) -> tuple[Any, Any, Any]:
        from clients.models import Client, InformationRequest, RequestList
        from tenancy.context import tenant

        with tenant(self.size.id):
            client = Client.objects.order_by("name_key")[Client.objects.count() // 2]
            request_list = RequestList.objects.filter(client=client).get()
            return client.pk, request_list.pk, InformationRequest.objects.filter(request_list=request_list)[0].pk

    def middle(self) -> str:
        """The cursor of a page in the middle of the clients, as the page's own link would carry it."""
        from clients.models import Client
        from look.paging import _encode
        from tenancy.context import tenant

        with tenant(self.size.id):
            return _encode(Client.objects.order_by("name_key", "id")[Client.objects.count() // 2], ("name_key", "id"))


def page_of(name: str, response: Any, heard: list[Statement]) -> Page:
    own = firms_own(heard)
    writes = any(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql, _ in own)
    return Page(name, own, writes, response.wsgi_request.method == "POST")


def firms_own(heard: list[Statement]) -> list[Statement]:
    """Statements about tenant tables: account tables and jobs have other policies, or none."""
    from tenancy.expected import tenant_models

    tables = [f'"{model._meta.db_table}"' for model in tenant_models()]
    return [statement for statement in heard if any(table in statement[0] for table in tables)]


def firm_of(size: Size, role: str) -> tuple[Any, Any]:
    from organizations.models import Membership
    from tenancy.context import tenant

    with tenant(size.id):
        member = Membership.objects.filter(role=role).select_related("organization").order_by("id")[0]
        return member.organization, member


def signed_in(member: Any) -> Any:
    """Most generated memberships name people who have no account; this one gets one."""
    from django.test import Client

    from accounts.models import User
    from tenancy.context import IDENTITY, surface

    browser = Client(headers={"host": "localhost"})
    with surface(IDENTITY):
        user = User.objects.filter(pk=member.user_id).first()
        if not user:
            user = User(id=member.user_id, email=f"{member.pk}@firm.example", full_name=member.display_name)
            user.save(force_insert=True)
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser
