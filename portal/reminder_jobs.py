"""Reminders by the clock: one job a firm and day writes them down, one job a mail sends it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from organizations.clock import there
from organizations.models import Organization
from portal.lookups import firms_to_remind
from portal.models import PortalSetting
from portal.reminders import outbox
from tenancy.context import tenant
from tenancy.jobs import by_the_clock, tenant_task


def firms_due(now: datetime | None = None) -> Iterator[UUID]:
    """Firms whose hour has come today where they are, and firms in which a mail was left behind.

    “The hour has come” and not “it is that hour”: a day on which the clock skips the hour has its reminders too, one on
    which the hour comes twice has them once, and a worker that was down sends them when it is back.
    """
    moment = now or timezone.now()
    for firm in firms_to_remind():
        now_there = there(moment, firm.timezone)
        if now_there is None:
            continue
        is_due = now_there.hour >= firm.hour and (firm.planned_on is None or firm.planned_on < now_there.date())
        if is_due or firm.is_waiting:
            yield firm.organization_id


@by_the_clock("*/10 * * * *", firms=firms_due)
@tenant_task()
def plan_reminders() -> None:
    """Write down today's reminders, once, and see to mails that a dead job left behind."""
    firm = Organization.objects.first()
    if firm is None:  # deleted meanwhile
        return
    setting = locked_setting()
    now_there = timezone.now().astimezone(firm.zone)
    today = now_there.date()
    waiting = outbox.settle(today)
    if now_there.hour >= setting.reminder_hour and (setting.reminders_planned_on or today.min) < today:
        waiting += outbox.write_down_day(today)
        PortalSetting.objects.filter(pk=setting.pk).update(reminders_planned_on=today)
    for mail in waiting:
        send_reminder.enqueue(reminder_id=mail.pk)


@tenant_task(in_parts=True)
def send_reminder(organization_id: str, reminder_id: str) -> None:
    """Each step is committed before the next; portal.reminders.outbox says why."""
    with tenant(organization_id):
        mail = outbox.claim(reminder_id)
    if mail is None:
        return
    try:
        mail.send()
    except outbox.NOT_TAKEN:
        with tenant(organization_id):
            outbox.release(reminder_id)
        raise
    with tenant(organization_id):
        outbox.confirm(reminder_id)


def locked_setting() -> PortalSetting:
    """The row lock keeps two workers from planning the same day at once."""
    PortalSetting.objects.get_or_create()
    return PortalSetting.objects.select_for_update().get()
