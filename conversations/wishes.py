"""How soon one member wants a mail of something now: asked when it goes out, for much may have been said since it was told."""

from dataclasses import dataclass
from uuid import UUID

from conversations.events import Event
from conversations.models import NotificationMute, NotificationPace, NotificationPreference
from conversations.models.notification import Frequency
from conversations.subjects import Scope
from organizations.models import Membership

Place = tuple[str, UUID]


@dataclass(frozen=True)
class Wishes:
    """What a member has chosen, read once for many notifications: of events, and of things and what they belong to."""

    events: dict[str, str]
    paces: dict[Place, str]
    mutes: set[Place]

    @classmethod
    def of(cls, member: Membership) -> "Wishes":
        events = NotificationPreference.objects.filter(member=member).values_list("event", "mail")
        paces = NotificationPace.objects.filter(member=member).values_list("scope", "scope_id", "mail")
        mutes = NotificationMute.objects.filter(member=member).values_list("scope", "scope_id")
        return cls(dict(events), {(scope, pk): mail for scope, pk, mail in paces}, set(mutes))

    def mail(self, event: Event, scopes: list[Scope]) -> str:
        """The same rule as of `notifying.tell`: a mention is not held back, and a project's pace goes before the event's."""
        chosen = self.events.get(event.code, event.mail)
        if event.is_personal:
            return chosen
        places = [(scope.kind, scope.id) for scope in scopes]
        if self.mutes.intersection(places):
            return Frequency.NEVER
        return next((self.paces[place] for place in places if place in self.paces), chosen)
