"""Templates: the tasks of a project become one, and a project gets the tasks of one."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from clients.models import Project
from organizations.models import Membership
from workspaces.models import ProjectTemplate, ProjectTemplateTask, Task, TaskDependency
from workspaces.tasks import places, steps, telling
from workspaces.tasks.people import viewers

MOST = 300


@transaction.atomic
def use(template: ProjectTemplate, project: Project, *, start: date, by: Membership | None) -> int:
    """The template's tasks at the end of the project, due so many days after its start; each waits as there."""
    places.lock(project.pk)
    number, position = places.next_number(project.pk), places.at_the_end(project.pk)
    made: dict[UUID, Task] = {}
    lines = list(ProjectTemplateTask.objects.filter(template=template).order_by("position", "id"))
    for count, line in enumerate(lines):
        made[line.pk] = Task(
            project=project, number=number + count, position=position + count * places.STEP, title=line.title,
            description=line.description, priority=line.priority, estimate_minutes=line.estimate_minutes, created_by=by,
            due_date=None if line.due_days is None else start + timedelta(days=line.due_days),
        )  # fmt: skip
    Task.objects.bulk_create(made.values())
    steps.write({made[line.pk].pk: steps.lines(line.steps) for line in lines})
    TaskDependency.objects.bulk_create(
        TaskDependency(task=made[line.pk], blocker=made[line.waits_for_id])
        for line in lines
        if line.waits_for_id in made
    )
    telling.remind_when_due(*made.values())
    _publish(project)
    return len(lines)


@transaction.atomic
def copy_tasks(source: Project, project: Project, *, start: date, by: Membership | None) -> int:
    """The tasks of an earlier project, to do again: same people, same distance from the start, same waiting."""
    places.lock(project.pk)
    tasks = list(Task.objects.filter(project=source, recurs_from=None).order_by("position", "id").defer("tsv"))
    begun = source.start_date or min((task.due_date for task in tasks if task.due_date), default=start)
    number, position = places.next_number(project.pk), places.at_the_end(project.pk)
    able = {member.pk: member for member in viewers(project)}
    made = {
        task.pk: Task(
            project=project, number=number + count, position=position + count * places.STEP, title=task.title,
            description=task.description, priority=task.priority, estimate_minutes=task.estimate_minutes,
            assigned_to=able.get(task.assigned_to_id) if task.assigned_to_id else None, created_by=by,
            due_date=start + (task.due_date - begun) if task.due_date else None,
        )
        for count, task in enumerate(tasks)
    }  # fmt: skip
    Task.objects.bulk_create(made.values())
    steps.write({made[source].pk: texts for source, texts in steps.texts_of(made).items()})
    edges = TaskDependency.objects.filter(task__in=made, blocker__in=made)
    TaskDependency.objects.bulk_create(
        TaskDependency(task=made[edge.task_id], blocker=made[edge.blocker_id]) for edge in edges
    )
    for member in able.values():
        telling.many_assigned([task for task in made.values() if task.assigned_to_id == member.pk], member, by=by)
    telling.remind_when_due(*made.values())
    _publish(project)
    return len(made)


@transaction.atomic
def keep_as_template(project: Project, name: str, *, by: Membership) -> ProjectTemplate:
    """What the project's tasks have in common with the next one's: no person, no date but its distance."""
    template = ProjectTemplate.objects.create(name=name, description=project.description[:2000], created_by=by)
    tasks = list(Task.objects.filter(project=project).order_by("position", "id").defer("tsv")[:MOST])
    begun = project.start_date or min((task.due_date for task in tasks if task.due_date), default=None)
    listed = steps.texts_of(task.pk for task in tasks)
    lines = {
        task.pk: ProjectTemplateTask(
            template=template, position=place, title=task.title, description=task.description, priority=task.priority,
            estimate_minutes=task.estimate_minutes, due_days=_distance(begun, task.due_date), steps="\n".join(listed.get(task.pk, [])),
        )
        for place, task in enumerate(tasks, start=1)
    }  # fmt: skip
    ProjectTemplateTask.objects.bulk_create(lines.values())
    for task, blocker in TaskDependency.objects.filter(task__in=lines).values_list("task", "blocker"):
        if blocker in lines:
            ProjectTemplateTask.objects.filter(pk=lines[task].pk).update(waits_for=lines[blocker])
    return template


def _distance(begun: date | None, day: date | None) -> int | None:
    return None if begun is None or day is None else min(max((day - begun).days, 0), 1000)


def _publish(project: Project) -> None:
    telling.publish("project", project.pk)
