"""What a request pays for entering its firm: statements, round trips and microseconds of the tenancy middleware."""

from collections.abc import Iterator
from typing import Any

from bench.load import load
from bench.measure import turns
from bench.pages import Visitor
from bench.scratch import Scratch

PLAIN, FIRM = "a plain transaction", "a firm's transaction"


def request(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """One read in a plain transaction, against the same in a firm's; and what a whole request sends."""
    from django.db import connection, transaction

    from tenancy.context import tenant

    with scratch.admin() as admin:
        size = load(admin, [20] * 5)[0]
    visitor = Visitor(size)

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    def plain() -> None:
        with transaction.atomic():
            ask()

    def firms() -> None:
        with tenant(size.id):
            ask()

    times = turns({PLAIN: plain, FIRM: firms}, seconds=seconds * 4, rounds=2_000)
    yield f"{PLAIN}: {times[PLAIN] * 1000:.0f} µs, {FIRM}: {times[FIRM] * 1000:.0f} µs, ratio {times[FIRM] / times[PLAIN]:.2f}"
    yield "No round trip more: BEGIN and the settings travel in one message."
    yield from whole(visitor, seconds)
    yield ""
    yield "The messages of one page (the firm's roles), in order:"
    yield from (f"  {number}. {sent}" for number, sent in enumerate(messages(visitor), start=1))


def whole(visitor: Visitor, seconds: float) -> Iterator[str]:
    """The middleware itself around a page that does nothing: the slug looked up, the membership read, the answer ended."""
    from django.http import HttpResponse
    from django.test import RequestFactory

    from accounts.models import User
    from organizations.middleware import OrganizationMiddleware

    def nothing(request: Any) -> HttpResponse:
        return HttpResponse()

    asked: Any = RequestFactory().get("/")
    asked.surface, asked.organization_slug, asked.is_api = "organization", visitor.organization.slug, False
    asked.session, asked.user = visitor.browser.session, User(pk=visitor.member.user_id)
    asked.session.organization_id = None
    entering = OrganizationMiddleware(nothing)
    times = turns(
        {"without": lambda: nothing(asked), "with": lambda: entering(asked)}, seconds=seconds * 4, rounds=2_000
    )
    yield f"The middleware around a page that does nothing: {(times['with'] - times['without']) * 1000:.0f} µs."


def messages(visitor: Visitor) -> Iterator[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = visitor.url("role_matrix")
    visitor.browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        visitor.browser.get(address)
    for query in captured:
        yield " ".join(query["sql"].split())[:140]
