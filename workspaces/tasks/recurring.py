"""When a repeating task is due again, and the task that is made for that day."""

import calendar
from datetime import date, timedelta

from workspaces.models import Task, TaskDependency
from workspaces.tasks import places, steps
from workspaces.tasks.people import viewers

MONTHS = {Task.Recurrence.MONTHLY: 1, Task.Recurrence.QUARTERLY: 3, Task.Recurrence.YEARLY: 12}


def months_later(day: date, months: int, meant: int | None = None) -> date:
    """So many months on, on the day of the month that is meant; in a shorter month on its last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(meant or day.day, calendar.monthrange(year, month)[1]))


def next_due(due: date, recurrence: str, meant: int | None = None) -> date:
    if recurrence == Task.Recurrence.WEEKLY:
        return due + timedelta(days=7)
    return months_later(due, MONTHS[Task.Recurrence(recurrence)], meant)


def make_next(task: Task) -> Task | None:
    """The task after this one, when this one is done; under the project's lock. Made once, also if it is reopened."""
    if not task.recurrence or task.due_date is None or Task.with_deleted.filter(recurs_from=task.pk).exists():
        return None
    meant = task.recurrence_day or task.due_date.day
    made = Task.objects.create(
        project_id=task.project_id,
        number=places.next_number(task.project_id),
        position=places.at_the_end(task.project_id),
        title=task.title,
        description=task.description,
        priority=task.priority,
        assigned_to=next((member for member in viewers(task.project) if member.pk == task.assigned_to_id), None),
        due_date=next_due(task.due_date, task.recurrence, meant),
        estimate_minutes=task.estimate_minutes,
        recurrence=task.recurrence,
        recurrence_day=meant,
        recurs_from=task,
        created_by_id=task.created_by_id,
    )
    steps.write({made.pk: steps.texts_of([task.pk]).get(task.pk, [])})
    # Whatever it waited for and is still to be done, the next one waits for, too.
    still = TaskDependency.objects.filter(task=task, blocker__deleted_at=None).exclude(blocker__status=Task.Status.DONE)
    TaskDependency.objects.bulk_create(TaskDependency(task=made, blocker_id=edge.blocker_id) for edge in still)
    return made
