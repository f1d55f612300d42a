"""What the tests of notifications say and ask."""

import re
from typing import Any

from uuid_utils.compat import uuid7

from clients.models import ClientWall
from conversations import posting
from conversations.models import (
    Comment,
    Notification,
    NotificationPreference,
)
from conversations.people import Person
from tests.cast import Cast


def say(cast: Cast, body: str, *, by: str = "owner", audience: str = "internal", row: Any = None) -> Comment:
    with cast.ours.inside():
        return posting.post(
            row or cast.ours.pending, by=Person.of(cast.ours.members[by]), audience=audience, body=body, submission=uuid7()
        )  # fmt: skip


def told(cast: Cast, who: str = "member") -> list[tuple[str, str]]:
    with cast.ours.inside():
        rows = Notification.objects.filter(member=cast.ours.members[who]).order_by("id")
        return list(rows.values_list("event", "why"))


def wants(cast: Cast, event: str, *, who: str = "member", mails: str, in_app: bool = True) -> None:
    with cast.ours.inside():
        NotificationPreference.objects.update_or_create(
            member=cast.ours.members[who], event=event, defaults={"mail": mails, "in_app": in_app}
        )


def wall_off(cast: Cast, who: str) -> None:
    with cast.ours.inside():
        ClientWall.objects.create(
            client=cast.ours.bakery, member=cast.ours.members[who], reason="Married to a director."
        )


def unsubscribe_address(message: Any) -> str:
    found = re.search(r"/mute/[^>]+", message.extra_headers["List-Unsubscribe"])
    assert found
    return found[0]
