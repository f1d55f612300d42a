"""Ending the streams of somebody who signs out, leaves a firm or is suspended there."""

import json
from typing import Any

from django.db import connections

from conversations.live.stream import nudge_topic
from conversations.live.topics import CHANNEL
from tenancy.context import alias_for, current


def nudge(user_id: Any) -> None:
    """Their streams ask at once whether they may go on."""
    message = json.dumps({"topic": nudge_topic(user_id)})
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])


def on_sign_out(sender: Any, user: Any, **_: Any) -> None:
    if user is not None:
        nudge(user.pk)


def on_leaving(member: Any) -> None:
    nudge(member.user_id)
