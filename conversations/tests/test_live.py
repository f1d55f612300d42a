"""Live updates: who may listen, what is said, and when the line ends."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import UserSession
from clients.models import ClientWall
from conversations import posting
from conversations.live import stream as streams
from conversations.live.hub import Hub
from conversations.live.stream import Line, stream
from conversations.live.topics import AMONG, allowed, full, publish, publish_list
from conversations.people import Person
from organizations import member_changes
from organizations.models import Membership, Organization
from tenancy.context import IDENTITY, TenantError, surface
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def topics(firm: Any) -> list[str]:
    return [
        f"request:{firm.pending.pk}", f"document:{firm.document.pk}", f"request-list:{firm.request_list.pk}",
        f"member:{firm.member.pk}",
    ]  # fmt: skip


def test_a_member_listens_to_what_they_may_see(cast: Cast) -> None:
    with cast.ours.inside():
        assert allowed(cast.ours.member, topics(cast.ours)) == [
            f"{cast.ours.organization.pk}:{name}" for name in topics(cast.ours)
        ]
        assert allowed(cast.ours.member, topics(cast.theirs)) == []
        assert allowed(cast.ours.owner, [f"member:{cast.ours.member.pk}"]) == []
        assert allowed(cast.ours.billing, topics(cast.ours)) == []


@pytest.mark.parametrize("word", ["", ":", "request", "request:", "request:x", "nothing:{id}", "person:{id}", "{id}"])
def test_a_topic_nobody_knows_is_left_out(cast: Cast, word: str) -> None:
    with cast.ours.inside():
        assert allowed(cast.ours.owner, [word.format(id=uuid.uuid4())]) == []


def test_another_firms_topic_cannot_be_named(cast: Cast, sign_in: Any) -> None:
    """A topic in the address has no place for a firm: with one, it is no topic."""
    with cast.theirs.inside():
        foreign = full("request", cast.theirs.pending.pk)
    for name in (foreign, f"request:{cast.theirs.pending.pk}"):
        assert sign_in(cast.ours.owner).get(cast.ours.url("live"), {"topic": name}).status_code == 204


def test_a_wall_ends_listening(cast: Cast) -> None:
    with cast.ours.inside():
        ClientWall.objects.create(client=cast.ours.bakery, member=cast.ours.member, reason="Married to a director.")
        assert allowed(cast.ours.member, topics(cast.ours)) == [full("member", cast.ours.member.pk)]


@contextmanager
def what_is_said() -> Iterator[list[Any]]:
    said: list[Any] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "pg_notify" in sql:
            said.extend(params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield said


def test_a_change_says_ids_and_the_firm_and_nothing_else(cast: Cast) -> None:
    with what_is_said() as said, cast.ours.inside():
        posting.post(
            cast.ours.pending, by=Person.of(cast.ours.owner), audience="internal", body="Secret words", submission=uuid7()
        )  # fmt: skip
    text = " ".join(map(str, said))
    assert full_in(cast, "request", cast.ours.pending.pk) in text and "Secret" not in text
    assert full_in(cast, "member", cast.ours.member.pk) in text


def full_in(cast: Cast, kind: str, pk: Any) -> str:
    with cast.ours.inside():
        return full(kind, pk)


# --- the line itself, without a database ------------------------------------------------------------------------


@pytest.fixture
def quiet_hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(hub, "_start", lambda: None)
    monkeypatch.setattr(streams, "hub", hub)
    monkeypatch.setattr(streams, "give_back_connections", lambda: None)
    return hub


def line(may_stay: bool = True, person: uuid.UUID | None = None) -> Line:
    return Line(person or uuid.uuid4(), ["F:request:1", "F:request:2"], lambda: may_stay)


async def told(source: AsyncIterator[str], count: int) -> list[str]:
    return [await anext(source) for _ in range(count)]


def test_a_stream_tells_each_change_once(quiet_hub: Hub) -> None:
    async def work() -> list[str]:
        source = stream(line(), beat=5)
        begun = await told(source, 1)
        quiet_hub._tell(["F:request:1", "F:request:1", "G:request:1", "F:request:3"])
        found = await told(source, 1)
        await source.aclose()
        return begun + found

    assert asyncio.run(work()) == [streams.BEGUN, 'event: changed\ndata: ["request:1"]\n\n']
    assert not quiet_hub._listeners and not streams.open_streams


@pytest.mark.parametrize(("may_stay", "said"), [(True, ": still here\n\n"), (False, "event: end\ndata: {}\n\n")])
def test_in_the_silence_it_asks_whether_the_person_may_stay(quiet_hub: Hub, may_stay: bool, said: str) -> None:
    async def work() -> str:
        source = stream(line(may_stay), beat=0.01)
        found = (await told(source, 2))[1]
        await source.aclose()
        return found

    assert asyncio.run(work()) == said


def test_signing_out_ends_it_without_waiting_for_the_beat(quiet_hub: Hub) -> None:
    person = uuid.uuid4()

    async def work() -> str:
        source = stream(line(False, person), beat=60)
        await anext(source)
        quiet_hub._tell([streams.nudge_topic(person)])
        async with asyncio.timeout(5):
            return await anext(source)

    assert "event: end" in asyncio.run(work())


def test_one_person_has_only_so_many_lines(quiet_hub: Hub) -> None:
    person = uuid.uuid4()

    async def work() -> list[str]:
        sources = [stream(line(person=person)) for _ in range(streams.MOST_STREAMS + 1)]
        found = [await anext(source) for source in sources]
        for source in sources:
            await source.aclose()
        return found

    assert asyncio.run(work())[-2:] == [streams.BEGUN, "event: full\ndata: {}\n\n"]
    assert not streams.open_streams


def test_a_line_has_an_end(quiet_hub: Hub) -> None:
    async def work() -> list[str]:
        return [said async for said in stream(line(), beat=0.01, longest=0.05)]

    assert asyncio.run(work())[0] == streams.BEGUN


@pytest.mark.django_db
def test_nothing_is_said_of_no_firm() -> None:
    for say in (lambda: publish("request", uuid.uuid4()), lambda: publish_list(next(iter(AMONG)))):
        with pytest.raises(TenantError):
            say()


# --- the line of a real person ----------------------------------------------------------------------------------


def end_session(firm: Any) -> None:
    with surface(IDENTITY):
        UserSession.objects.filter(user=firm.member.user_id).update(revoked_at=timezone.now())


def end_membership(firm: Any) -> None:
    with firm.inside():
        member_changes.end_membership_of(firm.member.user_id)


def suspend_member(firm: Any) -> None:
    with firm.inside():
        Membership.objects.filter(pk=firm.member.pk).update(status="suspended")


def suspend_firm(firm: Any) -> None:
    with firm.inside():
        Organization.objects.update(status="suspended")


def put_up_a_wall(firm: Any) -> None:
    with firm.inside():
        ClientWall.objects.create(client=firm.bakery, member=firm.member, reason="Married to a director.")


@pytest.mark.parametrize("ended", [end_session, end_membership, suspend_member, suspend_firm, put_up_a_wall])
def test_a_line_ends_with_the_right_to_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, ended: Callable[[Any], None]
) -> None:
    """What the page itself gives the stream to ask. Asked in this thread, whose transaction holds what has just ended."""
    lines: list[Line] = []
    monkeypatch.setattr("conversations.views.live.stream", lambda line: lines.append(line) or iter(()))
    cast.browser(cast.ours.member).get(cast.ours.url("live"), {"topic": f"request:{cast.ours.pending.pk}"})
    (line,) = lines
    assert line.may_stay()
    ended(cast.ours)
    assert not line.may_stay()


@pytest.mark.parametrize("ended", [end_session, end_membership, suspend_member, suspend_firm, put_up_a_wall])
def test_a_line_that_is_never_silent_ends_with_it_too(
    cast: Cast, quiet_hub: Hub, monkeypatch: pytest.MonkeyPatch, ended: Callable[[Any], None]
) -> None:
    monkeypatch.setattr(streams, "TRUSTED_SECONDS", 0)
    topic = f"request:{cast.ours.pending.pk}"
    response = cast.browser(cast.ours.member).get(cast.ours.url("live"), {"topic": topic})

    async def work() -> list[str]:
        source, found = aiter(response.streaming_content), []
        for happened in (lambda: None, lambda: None, lambda: ended(cast.ours)):
            found.append((await anext(source)).decode())
            await sync_to_async(happened)()
            quiet_hub._tell([full_name])
        return [*found, *[said.decode() async for said in source]]

    full_name = full_in(cast, "request", cast.ours.pending.pk)
    changed = f'event: changed\ndata: ["{topic}"]\n\n'
    assert async_to_sync(work)() == [streams.BEGUN, changed, changed, "event: end\ndata: {}\n\n"]


@pytest.mark.parametrize("name", ["member_suspension", "member_removal"])
def test_who_is_suspended_or_removed_is_told_to_ask_at_once(cast: Cast, name: str) -> None:
    with what_is_said() as said:
        cast.browser(cast.ours.owner).post(cast.ours.url(name, member_id=cast.ours.member.pk))
    assert streams.nudge_topic(cast.ours.member.user_id) in str(said)
