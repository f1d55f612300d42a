"""Telling members what happened, in the transaction in which it happens."""

from typing import Any
from uuid import UUID

from conversations import digests, subjects
from conversations.events import EVENTS, Event
from conversations.jobs import send_notification_mail
from conversations.live.topics import publish
from conversations.models import Comment, Notification, NotificationPreference
from conversations.models.notification import Frequency
from conversations.mutes import muted_members, paces_of
from conversations.people import Person
from organizations.models import Membership


def tell(
    event: str, row: Any, *, to: dict[UUID, str], by: Person, source_id: UUID, comment: Comment | None = None
) -> None:
    """Notify the members `to` (each with a reason) of those who may see the row, but not whoever did it.

    Told twice of the same source, a member has one notification: the first.
    """
    told = _told(EVENTS[event], row, to, by, source_id)
    if not told:
        return
    wishes = {wish.member_id: wish for wish in NotificationPreference.objects.filter(member__in=told, event=event)}
    paces = {} if EVENTS[event].is_personal else paces_of(subjects.of_row(row).scopes(row))
    made = []
    for member in told:
        wish = wishes.get(member.pk)
        in_app, mail = (wish.in_app, wish.mail) if wish else (True, EVENTS[event].mail)
        if pace := paces.get(member.pk):
            mail, in_app = pace[0], in_app if pace[1] is None else pace[1]
        if in_app or mail != Frequency.NEVER:
            made.append(
                Notification(
                    member=member, event=event, subject_kind=subjects.of_row(row).kind, subject_id=row.pk,
                    source_id=source_id, comment=comment, actor=by.member, actor_name=by.name, actor_side=by.side,
                    why=to[member.pk], in_app=in_app, mail=mail,
                )
            )  # fmt: skip
    Notification.objects.bulk_create(made)
    _send(made)


def _told(event: Event, row: Any, to: dict[UUID, str], by: Person, source_id: UUID) -> list[Membership]:
    subject = subjects.of_row(row)
    before = Notification.objects.filter(source_id=source_id).values_list("member_id", flat=True)
    skipped = {by.member.pk if by.member else None, *before}
    if not event.is_personal:
        skipped |= muted_members(subject.scopes(row))
    wanted = to.keys() - skipped
    viewers = subject.viewers(row) if wanted else []
    return [one for one in viewers if one.pk in wanted and (event.permission is None or one.can(event.permission))]


def _send(made: list[Notification]) -> None:
    for notification in sorted(
        made, key=lambda one: str(one.member_id)
    ):  # two who tell many wait for each other in turn
        if notification.mail == Frequency.INSTANT:
            send_notification_mail.enqueue(notification_id=notification.pk)
        elif notification.mail != Frequency.NEVER:
            digests.schedule(notification.member, notification.mail)
        publish("member", notification.member_id)
