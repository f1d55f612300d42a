"""Many firms at once: threads, async units of both kinds, requests over ASGI, and what threads and tasks inherit."""

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, connections, transaction
from django.db.models.signals import post_save
from django.template import engines
from django.test import AsyncClient
from django.test import Client as Browser

from clients.models import Client
from tenancy.context import TenantError, current
from tests.cast import Cast, Firm
from tests.isolation.real import in_a_thread, names

pytestmark = pytest.mark.django_db
ROUNDS = 10


@pytest.fixture
def async_as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a server: the database is not touched from the event loop itself."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)


def in_a_loop(main: Any) -> Any:
    """Run a coroutine function in an event loop in a thread of its own, and close its threads' connections."""

    async def closing() -> Any:
        try:
            return await main()
        finally:
            await sync_to_async(connections.close_all)()

    return in_a_thread(lambda: asyncio.run(closing()))


@pytest.mark.parametrize("sensitive", [True, False], ids=["one_thread", "many_threads"])
def test_units_of_two_firms_gathered_never_cross(cast: Cast, async_as_served: None, sensitive: bool) -> None:
    def unit(firm: Firm) -> list[str]:
        found = names(firm)
        if not sensitive:
            connections.close_all()
        return found

    async def visitor(firm: Firm) -> set[str]:
        seen: set[str] = set()
        for _ in range(ROUNDS):
            seen |= set(await sync_to_async(unit, thread_sensitive=sensitive)(firm))
            await asyncio.sleep(0)
        return seen

    async def main() -> list[set[str]]:
        return await asyncio.gather(*(visitor(firm) for firm in (cast.ours, cast.theirs) * 3))

    assert in_a_loop(main) == [{cast.ours.bakery.name}, {cast.theirs.bakery.name}] * 3


def test_a_firm_cannot_be_entered_on_the_event_loop(cast: Cast, async_as_served: None) -> None:
    """There one connection would serve every task at once."""

    async def main() -> None:
        with pytest.raises(SynchronousOnlyOperation), cast.ours.inside():
            pytest.fail("Inside a firm on the event loop.")
        assert current().tenant is None

    in_a_loop(main)


@pytest.mark.parametrize("verb", ["acount", "aget", "afirst", "aexists", "acreate", "aupdate", "alist"])
def test_the_async_verbs_refuse_outside_a_unit(cast: Cast, async_as_served: None, verb: str) -> None:
    async def ask() -> Any:
        if verb == "alist":
            return [client async for client in Client.objects.all()]
        arguments = {"acreate": {"name": "x"}, "aupdate": {"notes": "x"}, "aget": {"pk": cast.ours.bakery.pk}}
        return await getattr(Client.objects, verb)(**arguments.get(verb, {}))

    async def main() -> None:
        with pytest.raises((TenantError, DatabaseError)):
            pytest.fail(f"{verb} answered {await ask()!r}")

    in_a_loop(main)


def test_a_unit_that_fails_leaves_no_firm_to_the_next(cast: Cast, async_as_served: None) -> None:
    """Both run in the one thread that sensitive units share."""

    def failing() -> None:
        with cast.ours.inside():
            Client.objects.create(name="Half written")
            raise RuntimeError

    async def main() -> None:
        for _ in range(3):
            with pytest.raises(RuntimeError):
                await sync_to_async(failing)()
            assert await sync_to_async(lambda: current().tenant)() is None
            assert await sync_to_async(names)(cast.theirs) == [cast.theirs.bakery.name]

    in_a_loop(main)
    assert names(cast.ours) == [cast.ours.bakery.name]


def test_a_cancelled_unit_leaves_no_firm(cast: Cast, async_as_served: None) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with cast.ours.inside():
            Client.objects.count()
            started.set()
            go_on.wait(5)

    async def main() -> None:
        task = asyncio.create_task(sync_to_async(slow)())
        await asyncio.to_thread(started.wait, 5)
        task.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await sync_to_async(names)(cast.theirs) == [cast.theirs.bakery.name]
        assert current().tenant is None

    in_a_loop(main)


def test_a_unit_inside_a_unit_keeps_its_own_firm(cast: Cast, async_as_served: None) -> None:
    """Sync code in a firm that calls async code that calls sync code: the same firm, in the same transaction."""

    def inner() -> list[str]:
        return list(Client.objects.values_list("name", flat=True))

    def work() -> list[str]:
        with cast.ours.inside():
            return async_to_sync(sync_to_async(inner))()

    assert in_a_thread(work) == [cast.ours.bakery.name]


def test_a_context_copied_into_another_thread_opens_its_own_firm_and_no_other(cast: Cast) -> None:
    """`copy_context()` takes the firm along, as asyncio.to_thread does; the thread's connection then begins in that firm."""

    def inside() -> contextvars.Context:
        with cast.ours.inside():
            return contextvars.copy_context()

    def work() -> set[str]:
        with transaction.atomic():
            return set(Client.objects.values_list("name", flat=True))

    taken = in_a_thread(inside)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: taken.run(work)).result() == {cast.ours.bakery.name}
        assert pool.submit(lambda: names(cast.theirs)).result() == [cast.theirs.bakery.name]
        assert pool.submit(lambda: current().tenant).result() is None
        pool.submit(connections.close_all).result()


def test_writers_of_two_firms_at_once_count_their_own(cast: Cast) -> None:
    start = threading.Barrier(4)

    def writer(firm: Firm) -> set[Any]:
        start.wait(10)
        seen: set[Any] = set()
        try:
            for number in range(ROUNDS):
                with firm.inside():
                    Client.objects.create(name=f"Client {number}")
                    seen |= set(Client.objects.values_list("organization_id", flat=True))
                    assert Client.objects.count() == 2
                    transaction.set_rollback(True)
        finally:
            connections.close_all()
        return seen

    firms = (cast.ours, cast.theirs) * 2
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(writer, firms)) == [{firm.organization.pk} for firm in firms]


def test_a_signal_runs_in_the_firm_of_the_write(cast: Cast) -> None:
    seen: list[Any] = []

    def look(**kwargs: Any) -> None:
        seen.append((current().tenant, set(Client.objects.values_list("organization_id", flat=True))))

    post_save.connect(look, sender=Client)
    try:
        for firm in (cast.ours, cast.theirs):
            with firm.inside():
                Client.objects.create(name="New")
    finally:
        post_save.disconnect(look, sender=Client)
    assert seen == [(firm.organization.pk, {firm.organization.pk}) for firm in (cast.ours, cast.theirs)]


def test_a_lazy_list_in_a_template_belongs_to_the_firm_that_renders(cast: Cast) -> None:
    template = engines["django"].from_string("{% for client in clients %}{{ client.name }};{% endfor %}")
    with cast.ours.inside():
        context = {"clients": Client.objects.all()}
    with pytest.raises(TenantError):
        template.render(context)
    with cast.theirs.inside():
        assert template.render(context) == f"{cast.theirs.bakery.name};"


# --- requests ---------------------------------------------------------------------------------------------------


def test_requests_of_two_firms_over_asgi_never_mix(
    cast: Cast, browsers: tuple[Browser, Browser], async_as_served: None
) -> None:
    async def visits(browser: Browser, firm: Firm) -> set[bytes]:
        visitor = AsyncClient(raise_request_exception=False)
        visitor.cookies = browser.cookies
        seen = set()
        for _ in range(3):
            seen.add((await visitor.get(firm.url("listing"))).content)
            failed = await visitor.get(firm.url("crash"))
            assert failed.status_code == 500
        return seen

    async def main() -> list[set[bytes]]:
        pairs = list(zip(browsers, (cast.ours, cast.theirs), strict=True)) * 2
        return await asyncio.gather(*(visits(*pair) for pair in pairs))

    expected = [{f"{firm.bakery.name}\n".encode()} for firm in (cast.ours, cast.theirs)] * 2
    assert in_a_loop(main) == expected


def test_a_stream_over_asgi_never_shows_another_firm(
    cast: Cast, browsers: tuple[Browser, Browser], async_as_served: None
) -> None:
    """Django collects a plain generator in a unit of its own, where the generator enters its firm."""

    async def visit(browser: Browser, firm: Firm) -> bytes:
        visitor = AsyncClient(raise_request_exception=False)
        visitor.cookies = browser.cookies
        answer: Any = await visitor.get(firm.url("careful_stream"))
        return b"".join([part async for part in answer])

    async def main() -> list[bytes]:
        return await asyncio.gather(*map(visit, browsers, (cast.ours, cast.theirs)))

    with pytest.warns(Warning, match="synchronous iterator"):
        seen = in_a_loop(main)
    assert seen == [f"{firm.bakery.name}\n".encode() for firm in (cast.ours, cast.theirs)]


def test_a_session_looked_up_late_is_still_of_the_same_person(cast: Cast, browsers: tuple[Browser, Browser]) -> None:
    """`request.user` is lazy: asked for after the other firm's request, it is read as its own person."""

    def work() -> None:
        first = browsers[0].get(cast.ours.url("listing")).wsgi_request
        browsers[1].get(cast.theirs.url("listing"))
        assert first.user.pk == cast.ours.owner.user_id

    in_a_thread(work)


def test_two_firms_in_one_context_one_after_the_other(cast: Cast) -> None:
    """asyncio gives a task a copy of its context; a firm entered in one task is not in force in its sibling."""

    async def main() -> None:
        async def child(firm: Firm) -> Any:
            return await sync_to_async(lambda: (names(firm), current().tenant))()

        found = await asyncio.gather(child(cast.ours), child(cast.theirs))
        assert found == [([cast.ours.bakery.name], None), ([cast.theirs.bakery.name], None)]
        assert current().tenant is None

    in_a_loop(main)
