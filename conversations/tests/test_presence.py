"""Who else looks at a thing: heard from other processes by ids, drawn by name for those who may know."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from clients.models import ClientWall
from conversations.live import presence
from conversations.live import stream as streams
from conversations.live.hub import Hub
from conversations.live.presence import Place, drawn, place
from conversations.live.stream import Line, stream
from conversations.live.topics import full
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def seen_by(member: Any, cast: Cast, *others: Any) -> str:
    with cast.ours.inside():
        return drawn(member, "request", cast.ours.pending.pk, [one.pk for one in others])


def test_the_others_who_may_see_it_are_named(cast: Cast) -> None:
    ours = cast.ours
    html = seen_by(ours.owner, cast, ours.owner, ours.member, ours.viewer, ours.billing, cast.theirs.member)
    assert "Member Harcourt" in html and "Viewer Harcourt" in html
    assert "Owner" not in html and "Billing" not in html and "Okafor" not in html


def test_a_wall_hides_on_either_side(cast: Cast) -> None:
    with cast.ours.inside():
        ClientWall.objects.create(client=cast.ours.bakery, member=cast.ours.member, reason="Related to the director.")
    assert "Member" not in seen_by(cast.ours.owner, cast, cast.ours.member, cast.ours.viewer)
    assert not seen_by(cast.ours.member, cast, cast.ours.owner, cast.ours.viewer).strip()


def test_what_is_said_are_ids_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        said.extend(params or [] if "pg_notify" in sql else [])
        return execute(sql, params, many, context)

    with cast.ours.inside():
        here = place(cast.ours.member, full("request", cast.ours.pending.pk), cast.ours.organization.pk)
    with connection.execute_wrapper(listen):
        assert here
        here.announce("came")
    assert json.loads(said[1]) == {
        "place": f"{cast.ours.organization.pk}:request:{cast.ours.pending.pk}",
        "member": str(cast.ours.member.pk),
        "said": "came",
    }


def test_nobody_is_shown_where_one_may_not_look(cast: Cast, sign_in: Any) -> None:
    for firm, request in ((cast.ours, cast.theirs.pending), (cast.ours, cast.ours.pending)):
        answer = sign_in(cast.ours.billing).get(firm.url("live"), {"here": f"request:{request.pk}", "once": ""})
        assert answer.status_code == 204
    answer = sign_in(cast.ours.owner).get(cast.ours.url("live"), {"here": f"member:{cast.ours.owner.pk}", "once": ""})
    assert answer.status_code == 204


# --- the line itself, without a database ------------------------------------------------------------------------


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    """One that hears at once what is announced, as if by way of the database."""
    found = Hub()
    monkeypatch.setattr(found, "_start", lambda: found._listening.set())
    monkeypatch.setattr(streams, "hub", found)
    monkeypatch.setattr(streams, "give_back_connections", lambda: None)
    return found


def line(hub: Hub, member: uuid.UUID) -> Line:
    loop: list[Any] = [asyncio.get_running_loop()]

    def announce(said: str) -> None:
        message = {"place": "F:request:1", "member": str(member), "said": said}
        loop[0].call_soon_threadsafe(hub._hear, message)

    here = Place("F:request:1", member, announce, lambda ids: " ".join(sorted(str(one) for one in ids)))
    return Line(uuid.uuid4(), ["F:request:1"], lambda: True, here)


async def present(source: Any, wanted: Callable[[list[str]], bool]) -> None:
    async with asyncio.timeout(10):
        async for said in source:
            if said.startswith("event: present") and wanted(json.loads(said.partition("data: ")[2]).split()):
                return


def test_who_comes_sees_who_is_there_and_who_goes_is_gone(hub: Hub) -> None:
    first, second = uuid.UUID(int=1), uuid.UUID(int=2)

    async def work() -> None:
        one, two = stream(line(hub, first), beat=5), stream(line(hub, second), beat=5)
        await present(one, lambda ids: ids == [str(first)])
        await asyncio.gather(present(one, lambda ids: str(second) in ids), present(two, lambda ids: str(first) in ids))
        await two.aclose()
        await present(one, lambda ids: ids == [str(first)])
        await one.aclose()
        assert hub.crowd.here("F:request:1") == []

    asyncio.run(work())


def test_who_is_silent_for_a_minute_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [time.monotonic()]
    monkeypatch.setattr(presence.time, "monotonic", lambda: clock[0])
    crowd, member = presence.Crowd(), uuid.uuid4()
    assert crowd.hear("F:request:1", member, "came")
    assert not crowd.hear("F:request:1", member, "here")
    clock[0] += presence.EXPIRES_SECONDS - 1
    assert crowd.here("F:request:1") == [member] and not crowd.forget_silent("F:request:1")
    clock[0] += 2
    assert crowd.here("F:request:1") == [] and crowd.forget_silent("F:request:1")
