"""What members may be told of, and why. The apps above add their own in `AppConfig.ready()`."""

from dataclasses import dataclass

from conversations.models.notification import Frequency
from organizations.models import Membership
from organizations.permissions import Permission


@dataclass(frozen=True)
class Event:
    """`words` stand on the settings page, `verb` between the actor's name and the thing's."""

    code: str
    words: str
    verb: str
    mail: str = Frequency.INSTANT
    #: Addressed to the person by name: a mute does not hold it back.
    is_personal: bool = False
    #: Only told to members who have it: others need not choose.
    permission: Permission | None = None


EVENTS: dict[str, Event] = {}

#: Why somebody is told: “You get this because …”.
REASONS = {
    "mentioned": "you were mentioned",
    "answered": "somebody answered you",
    "took_part": "you took part in this conversation",
    "assigned": "you are assigned to it",
    "asked": "you made the list it is on",
    "leads": "you lead the work for this client",
    "leads_project": "you lead the project",
    "added": "you added it",
}


def register(*events: Event) -> None:
    for event in events:
        EVENTS[event.code] = event


def events_for(member: Membership) -> list[Event]:
    return [event for event in EVENTS.values() if event.permission is None or member.can(event.permission)]


register(
    Event("mentioned", "Somebody mentions you", "mentioned you on", is_personal=True),
    Event("replied", "Somebody answers your comment", "answered you on", is_personal=True),
    Event("commented", "A comment where you take part", "commented on"),
)
