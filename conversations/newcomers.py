"""People who come, or ask to: told to those who decide who belongs to the firm."""

from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

from conversations.events import REASONS, Event, register
from conversations.models.notification import Frequency
from conversations.notifying import tell
from conversations.people import Person
from conversations.subjects import Subject
from organizations.models import Membership
from organizations.permissions import Permission

MANAGES = Permission.MANAGE_MEMBERS
EVENTS = (
    # By mail they are asked at once, whatever they have chosen here: somebody waits.
    Event("join_asked", "Somebody asks to join the firm", "asks to join", mail=Frequency.NEVER, permission=MANAGES),
    Event("joined", "Somebody joins the firm", "has joined", mail=Frequency.DAILY, permission=MANAGES),
)
REASONS_TO_TELL = {"manages": "you manage who belongs to the firm", "invited": "you invited them"}


class NewcomerSubject(Subject):
    kind, noun, model = "newcomer", "person", Membership
    is_discussed = False

    def visible_to(self, member: Membership) -> QuerySet[Membership]:
        if not member.can(MANAGES):
            return Membership.objects.none()
        return Membership.objects.select_related("organization")

    def viewers(self, row: Membership) -> list[Membership]:
        members = Membership.objects.active().select_related("organization").with_roles()
        return [member for member in members if member.can(MANAGES)]

    def title(self, row: Membership) -> str:
        return row.organization.name

    def place(self, row: Membership) -> tuple[str, dict[str, Any]]:
        return "member_list", {}


def register_events() -> None:
    register(*EVENTS)
    REASONS.update(REASONS_TO_TELL)


def tell_of_arrival(member: Membership, invited_by: Membership | None) -> None:
    """Of an invitation accepted hears who sent it; of somebody who came by their address, everybody who manages members."""
    event = "join_asked" if member.status == Membership.Status.PENDING else "joined"
    to: dict[UUID, str] = {}
    if invited_by is not None:
        to = {invited_by.pk: "invited"}
    elif event == "join_asked" or not member.invited_by_id:
        to = dict.fromkeys((one.pk for one in NewcomerSubject().viewers(member)), "manages")
    source = uuid5(member.pk, f"{event} {member.joined_at}")
    tell(event, member, to=to, by=Person.of(member), source_id=source)
