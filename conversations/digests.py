"""Digests: on the morning of the reader, one mail of what is new and still unread."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from conversations.jobs import send_digest
from conversations.models import NotificationDigest
from organizations.models import Membership
from organizations.zones import zone_of

MORNING = time(8)
MONDAY = 0


def schedule(member: Membership, period: str) -> None:
    """Make sure that the member's next digest of this period is on its way. The row's unique key makes it one.

    A digest that is on its way waits for whoever is telling, and has what they tell; one that went out meanwhile has not,
    so it is the next that will.
    """
    zone = zone_of(member)
    moment = next_moment(zone, period, timezone.now())
    if _went_out(_digest_of(member, period, moment)):
        _digest_of(member, period, next_moment(zone, period, moment))


def _digest_of(member: Membership, period: str, moment: datetime) -> NotificationDigest:
    digest, is_new = NotificationDigest.objects.get_or_create(member=member, period=period, day=moment.date())
    if is_new:
        wait = moment - timezone.now()
        send_digest.enqueue_in(max(0, round(wait.total_seconds())), digest_id=digest.pk)
    return digest


def _went_out(digest: NotificationDigest) -> bool:
    """Asked with a lock that all who tell share, and for which the digest's mail waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sent_at FROM notification_digests WHERE organization_id = %s AND id = %s FOR SHARE",
            [digest.organization_id, digest.pk],
        )
        return cursor.fetchone() != (None,)


def next_moment(zone: ZoneInfo, period: str, now: datetime) -> datetime:
    """The next eight o'clock on the reader's wall, of a Monday for the weekly one: also after clocks were changed."""
    local = now.astimezone(zone)
    day = local.date()
    if datetime.combine(day, MORNING, zone) <= local:
        day += timedelta(days=1)
    if period == NotificationDigest.Period.WEEKLY:
        day += timedelta(days=(MONDAY - day.weekday()) % 7)
    return datetime.combine(day, MORNING, zone)
