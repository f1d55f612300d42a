"""Mails about what happened. Jobs get ids; what may be told is decided when the mail goes out."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from conversations import inbox
from conversations.models import Notification, NotificationDigest
from conversations.models.notification import Frequency
from conversations.mutes import DIGEST, MuteLink, headers
from conversations.wishes import Wishes
from organizations.mails import send_mail
from organizations.models import Membership
from organizations.mounts import absolute, organization_url
from organizations.zones import read_by
from tenancy.jobs import tenant_task

LONGEST_DIGEST = 50
#: So many of what waits are asked about; what is behind them waits for the next.
MOST_READ = 500
#: What waits for a digest, whichever it was when it was told.
DIGESTS = (Frequency.DAILY, Frequency.WEEKLY)


@tenant_task()
def send_notification_mail(notification_id: str) -> None:
    """Mail one notification, unless it was read meanwhile, or its member has left or may not see the thing any more."""
    waiting = Notification.objects.select_for_update(of=("self",)).filter(pk=notification_id, mailed_at=None)
    notification = waiting.filter(read_at=None).first()
    if notification is None or notification.member.status != Membership.Status.ACTIVE or notification.member.deleted_at:
        return
    member = notification.member
    wishes = Wishes.of(member)
    for line in inbox.lines(member, [notification]):
        if _mail(wishes, line) != Frequency.NEVER:
            Notification.objects.filter(pk=notification.pk).update(mailed_at=timezone.now())
            _mail_line(line, member)


def _mail(wishes: Wishes, line: inbox.Line) -> str:
    """How soon the member wants it mailed as it is now, muted or turned off meanwhile."""
    return wishes.mail(line.event, line.subject.scopes(line.row))


def _mail_line(line: inbox.Line, member: Membership) -> None:
    firm, notification = member.organization, line.notification
    link = MuteLink(firm.pk, member.pk, line.subject.kind, str(line.row.pk))
    with read_by(member):
        send_mail(
            "notification",
            to=member.email,
            subject=f"{notification.actor_name} {line.event.verb} {line.title}",
            organization=firm,
            headers=headers(link),
            line=line,
            member=member,
            reason=line.why,
            mute_url=link.address,
            settings_url=absolute(organization_url(firm.slug, "notification_settings")),
            action_url=line.subject.mail_url(line.row, firm),
            action_label=f"Open this {line.subject.noun}",
        )


@tenant_task()
def send_digest(digest_id: str) -> None:
    """Mail what waits for this digest and is unread. The row is locked and marked: run again, it finds it was sent."""
    digest = NotificationDigest.objects.select_for_update(of=("self",)).filter(pk=digest_id, sent_at=None).first()
    if digest is None:
        return
    NotificationDigest.objects.filter(pk=digest.pk).update(sent_at=timezone.now())
    member = Membership.objects.active().select_related("organization").filter(pk=digest.member_id).first()
    if member is None:
        return
    lines = _wanted(member, digest.period)
    if lines:
        _mail_digest(lines, member, digest)


def _wanted(member: Membership, period: str) -> list[inbox.Line]:
    """What the member wants to read in this digest: asked now, for it may have been muted, or the mails ended, since it was
    told. What is wanted in no digest any more is in none; what is wanted in the other goes with that."""
    from conversations.digests import schedule  # which sends by the job of this module

    wishes = Wishes.of(member)
    said = [(line, _mail(wishes, line)) for line in inbox.lines(member, _waiting(member)[:MOST_READ])]
    _leave_out([line for line, mail in said if mail not in DIGESTS])
    for other in {mail for _, mail in said if mail in DIGESTS and mail != period}:
        schedule(member, other)
    wanted = [line for line, mail in said if mail == period]
    Notification.objects.filter(pk__in=_keys(wanted)).update(mailed_at=timezone.now())
    return wanted


def _leave_out(lines: list[inbox.Line]) -> None:
    Notification.objects.filter(pk__in=_keys(lines)).update(mail=Frequency.NEVER)


def _keys(lines: list[inbox.Line]) -> list[UUID]:
    return [line.notification.pk for line in lines]


def _waiting(member: Membership) -> QuerySet[Notification]:
    unread = inbox.of_member(member).filter(mail__in=DIGESTS, read_at=None, mailed_at=None)
    return unread.select_related("comment").order_by("id")


def _mail_digest(lines: list[inbox.Line], member: Membership, digest: NotificationDigest) -> None:
    firm, shown = member.organization, lines[:LONGEST_DIGEST]
    link = MuteLink(firm.pk, member.pk, DIGEST, digest.period)
    count = f"{len(shown)}{'' if len(lines) == len(shown) else ' and more'}"
    with read_by(member):
        send_mail(
            "digest",
            to=member.email,
            subject=f"{count} thing{'' if count == '1' else 's'} new in {firm.name}",
            organization=firm,
            headers=headers(link),
            entries=[(line, line.subject.mail_url(line.row, firm)) for line in shown],
            digest=digest,
            mute_url=link.address,
            settings_url=absolute(organization_url(firm.slug, "notification_settings")),
            reason=f"You get this because you chose a {digest.get_period_display().lower()} mail for these events.",
            action_url=absolute(organization_url(firm.slug, "notification_list")),
            action_label="See your notifications",
        )
