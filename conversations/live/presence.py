"""Who is looking at a thing right now. Nothing of it is stored: processes tell each other by NOTIFY, ids only.

A page that looks says so when its stream opens, with every beat, and when it ends; who is not heard of for a minute is
gone. Names are read by whoever draws them, under their own rights. `docs/adr/0017-presence-without-a-table.md`
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.template.loader import render_to_string

from conversations.live.topics import CHANNEL
from conversations.subjects import SUBJECTS
from organizations.models import Membership
from tenancy.context import tenant

#: Three beats of a stream.
EXPIRES_SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """One thing as one member looks at it. Its functions are called in a thread."""

    topic: str
    member_id: UUID
    announce: Callable[[str], None]
    draw: Callable[[list[UUID]], str]

    @property
    def crowd(self) -> str:
        """Told when who is here has changed."""
        return f"here:{self.topic}"

    @property
    def roll_call(self) -> str:
        """Told when somebody has come, who cannot know yet who is here already."""
        return f"call:{self.topic}"


class Crowd:
    """Who was heard of, in this process, by topic."""

    def __init__(self) -> None:
        self._until: dict[str, dict[UUID, float]] = defaultdict(dict)

    def hear(self, topic: str, member: UUID, said: str) -> bool:
        """Whether that changes who is here."""
        people, now = self._until[topic], time.monotonic()
        was_here = people.get(member, 0) > now
        if said == "gone":
            people.pop(member, None)
        else:
            people[member] = now + EXPIRES_SECONDS
        return was_here == (said == "gone")

    def forget_silent(self, topic: str) -> bool:
        people, now = self._until.get(topic, {}), time.monotonic()
        silent = [member for member, until in people.items() if until <= now]
        for member in silent:
            del people[member]
        return bool(silent)

    def forget(self, topic: str) -> None:
        self._until.pop(topic, None)

    def here(self, topic: str) -> list[UUID]:
        return [member for member, until in self._until.get(topic, {}).items() if until > time.monotonic()]


def place(member: Membership, topic: str, organization_id: UUID) -> Place | None:
    """The place behind a topic as the database names it, if it is one where people are shown."""
    _, kind, number = topic.split(":")
    if kind not in SUBJECTS or not SUBJECTS[kind].is_discussed:
        return None

    def announce(said: str) -> None:
        message = json.dumps({"place": topic, "member": str(member.pk), "said": said})
        with tenant(organization_id, user=member.user_id), connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])

    def draw(ids: list[UUID]) -> str:
        with tenant(organization_id, user=member.user_id):
            return drawn(member, kind, UUID(number), ids)

    return Place(topic, member.pk, announce, draw)


def drawn(member: Membership, kind: str, subject_id: UUID, ids: list[UUID]) -> str:
    """The others by name, of those who may see the thing; nothing for somebody who may not."""
    subject = SUBJECTS[kind]
    row: Any = subject.visible_to(member).filter(pk=subject_id).first()
    others = set(ids) - {member.pk}
    names = [one.display_name for one in subject.viewers(row) if one.pk in others] if row and others else []
    return render_to_string("conversations/parts/presence.html", {"names": names, "noun": subject.noun})
