"""The timer: at most one runs for a member, which a unique index holds, too."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clients.models import Project
from conversations.live.topics import publish
from organizations.models import Membership
from workspaces.models import Task, TimeEntry
from workspaces.models.time_entry import DAY_MINUTES

#: Every open page of the member shows the timer that runs.
TOPIC = "timer"


def may_follow(member: Membership, member_id: UUID) -> bool:
    return member.pk == member_id


def running(member: Membership) -> TimeEntry | None:
    """`is_seen`: its work may be named. The client may be closed to the member since they started it."""
    entry = TimeEntry.objects.running().filter(member=member).select_related("project__client", "task").first()
    if entry:  # every page asks, and mostly nothing runs
        entry.is_seen = TimeEntry.objects.visible_to(member).filter(pk=entry.pk).exists()
    return entry


@transaction.atomic
def start(member: Membership, project: Project, task: Task | None = None) -> tuple[TimeEntry, TimeEntry | None]:
    """The new timer, and the one that it ended. Starting what runs already changes nothing."""
    Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)  # a double click waits here
    before = running(member)
    if before and before.project_id == project.pk and before.task_id == (task.pk if task else None):
        return before, None
    if before:
        stop(before)
    now = timezone.now()
    made = TimeEntry.objects.create(
        member=member, project=project, task=task, day=timezone.localdate(now), started_at=now
    )
    _publish(made)
    return made, before


def stop(entry: TimeEntry) -> TimeEntry:
    """Counts begun minutes; a timer forgotten for days stands with one whole day, for its member to put right."""
    now = timezone.now()
    minutes = minutes_between(entry.started_at or now, now)
    TimeEntry.objects.running().filter(pk=entry.pk).update(stopped_at=now, minutes=minutes)
    entry.stopped_at, entry.minutes = now, minutes
    _publish(entry)
    return entry


def _publish(entry: TimeEntry) -> None:
    publish(TOPIC, entry.member_id)
    if entry.task_id:
        publish("task", entry.task_id)
    publish("project", entry.project_id)


def minutes_between(start: datetime, end: datetime) -> int:
    return min(-(-(end - start) // timedelta(minutes=1)), DAY_MINUTES)
