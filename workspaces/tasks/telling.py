"""What members are told about tasks, in the transaction in which it happens, and which pages are drawn anew."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time

from django.utils import timezone

from conversations import events
from conversations.events import Event
from conversations.live.topics import publish
from conversations.models.notification import Frequency
from conversations.notifying import tell
from conversations.people import Person
from organizations.models import Membership, Organization
from tenancy.jobs import tenant_task
from workspaces.models import Task

EVENTS = (
    Event("task_assigned", "A task is assigned to you", "assigned you", is_personal=True),
    Event(
        "tasks_assigned", "Several tasks are assigned to you at once", "assigned you several tasks, beginning with",
        is_personal=True,
    ),
    Event("task_due", "A task of yours is due", "reminds you of today’s task"),
    Event("task_freed", "A task of yours can begin", "cleared the way for"),
    Event("task_done", "A task you added, or of a project you lead, is done", "finished", mail=Frequency.DAILY),
    Event("project_made", "The next project of a series you lead is made", "set up"),
)  # fmt: skip
#: Who speaks where nobody did anything.
THE_CLOCK = Person("Tickmark")
#: When people are told of what is due, on the firm's wall.
MORNING = time(7)


def register_events() -> None:
    events.register(*EVENTS)


def changed(task: Task) -> None:
    """Open boards, lists and drawers show it."""
    publish("task", task.pk)
    publish("project", task.project_id)


def assigned(task: Task, *, by: Membership) -> None:
    """Call after somebody else was assigned, or an assigned task was made."""
    if task.assigned_to_id:
        to = {task.assigned_to_id: "assigned"}
        tell("task_assigned", task, to=to, by=Person.of(by), source_id=uuid.uuid4())


def many_assigned(tasks: Iterable[Task], to: Membership | None, *, by: Membership | None) -> None:
    """One notification, however many tasks. By nobody where the clock did it."""
    rows = list(tasks)
    if to is None or not rows:
        return
    event = "task_assigned" if len(rows) == 1 else "tasks_assigned"
    tell(event, rows[0], to={to.pk: "assigned"}, by=Person.of(by) if by else THE_CLOCK, source_id=uuid.uuid4())


def finished(task: Task, freed: Iterable[Task], *, by: Membership) -> None:
    """Who added it, who leads the project, and whoever was held up by it."""
    who = {task.project.lead_id: "leads_project", task.created_by_id: "added"}
    to = {member: why for member, why in who.items() if member}
    tell("task_done", task, to=to, by=Person.of(by), source_id=uuid.uuid4())
    for waited in freed:
        publish("task", waited.pk)
        if waited.assigned_to_id:
            to = {waited.assigned_to_id: "assigned"}
            tell("task_freed", waited, to=to, by=Person.of(by), source_id=uuid.uuid4())


def remind_when_due(*tasks: Task) -> None:
    """Queue the morning's word for the day each is due. One that is moved or done meanwhile says nothing."""
    waiting = [(task, task.due_date) for task in tasks if task.due_date and not task.is_done]
    if not waiting:
        return
    zone = Organization.objects.get().zone  # a job of the clock runs in no zone of the firm's
    for task, day in waiting:
        morning = datetime.combine(day, MORNING, tzinfo=zone)
        seconds = int((morning - timezone.now()).total_seconds())
        if seconds > 0:
            tell_due.enqueue_in(seconds, task_id=task.pk)


@tenant_task()
def tell_due(task_id: str) -> None:
    """Once for a day: a task moved away and back is told of once."""
    task = Task.objects.filter(pk=task_id).select_related("project__client", "assigned_to", "organization").first()
    if task is None or task.is_done or not task.assigned_to_id or task.project.deleted_at:
        return
    if task.due_date != task.organization.today:
        return
    source = uuid.uuid5(task.pk, f"due {task.due_date} {task.assigned_to_id}")
    tell("task_due", task, to={task.assigned_to_id: "assigned"}, by=THE_CLOCK, source_id=source)
