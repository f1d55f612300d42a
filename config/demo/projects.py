"""Projects of a demo firm: tasks in every state, links between them, hours on past days, and what people said."""

import calendar
from datetime import date, timedelta

from django.utils import timezone
from uuid_utils.compat import uuid7

from clients import project_access
from clients.models import Client, Project
from config.demo.project_specs import Job, ProjectSpec, TemplateSpec
from conversations.models import Notification
from conversations.people import Person
from conversations.posting import post
from conversations.threads import INTERNAL
from organizations.models import Membership
from tenancy.context import audited
from workspaces.models import (
    ProjectMember,
    ProjectSeries,
    ProjectTemplate,
    ProjectTemplateTask,
    Task,
    TaskDependency,
    TaskStep,
    TimeEntry,
    Workpaper,
)
from workspaces.tasks import changes


def add_templates(specs: tuple[TemplateSpec, ...], by: Membership) -> None:
    for spec in specs:
        template = ProjectTemplate.objects.create(name=spec.name, description=spec.description, created_by=by)
        lines: list[ProjectTemplateTask] = []
        for place, (title, days, hours, after) in enumerate(spec.lines):
            lines.append(
                ProjectTemplateTask.objects.create(
                    template=template, position=place + 1, title=title, due_days=days, estimate_minutes=int(hours * 60),
                    waits_for=None if after is None else lines[after],
                )
            )  # fmt: skip


def add_projects(
    specs: tuple[ProjectSpec, ...], clients: dict[str, Client], members: dict[str, Membership], today: date
) -> None:
    for spec in specs:
        ProjectBuilder(spec, clients.get(spec.client), members, today).build()
    Notification.objects.filter(subject_kind="task", mailed_at=None).update(mailed_at=timezone.now())


class ProjectBuilder:
    def __init__(self, spec: ProjectSpec, client: Client | None, members: dict[str, Membership], today: date) -> None:
        self.spec, self.client, self.members, self.today = spec, client, members, today
        self.lead = members[spec.lead]

    def build(self) -> None:
        self.project = self._project()
        ProjectMember.objects.bulk_create(
            ProjectMember(project=self.project, member=self.members[email]) for email in self.spec.team
        )
        self._close()
        if self.spec.every:
            template = ProjectTemplate.objects.filter(name="Payroll month").first()
            ProjectSeries.objects.create(project=self.project, every=self.spec.every, template=template)
        made: list[Task] = []
        for job in self.spec.jobs:
            made.append(self._task(job))
            TaskDependency.objects.bulk_create(TaskDependency(task=made[-1], blocker=made[at]) for at in job.waits)
            self._hours(made[-1], job)
            for email, words in job.said:
                self._say(made[-1], self.members[email], words)

    def _close(self) -> None:
        if self.spec.is_named:
            team = [self.members[email] for email in self.spec.team]
            project_access.restrict(self.project, Project.Access.NAMED, naming=[self.lead, *team], by=self.lead)
        owner = next(iter(self.members.values()))
        for email, reason in self.spec.walls:
            project_access.put_up_wall(self.project, self.members[email], reason=reason, by=owner)

    def _project(self) -> Project:
        """The one a request list or a binder was made for, or a new one."""
        month = f"{calendar.month_name[self.today.month]} {self.today.year}"
        values = {
            "client": self.client, "lead": self.lead, "status": self.spec.status, "created_by": self.lead,
            "start_date": self._day(self.spec.start), "end_date": self._day(self.spec.end),
            "budget_hours": self.spec.budget,
        }  # fmt: skip
        project, _ = Project.objects.update_or_create(name=self.spec.name.format(month=month), defaults=values)
        return project

    def _task(self, job: Job) -> Task:
        task = self._added(job)
        ticked = TaskStep.objects.filter(task=task, position__lte=job.ticked)
        ticked.update(done_at=timezone.now(), done_by=self.members.get(job.who))
        return task

    def _added(self, job: Job) -> Task:
        paper = (
            Workpaper.objects.filter(binder__project=self.project, reference=job.paper).first() if job.paper else None
        )
        return changes.add(
            self.project, by=self.lead, title=job.title, description=job.note, status=job.status, priority=job.priority,
            assigned_to=self.members.get(job.who), due_date=None if job.due is None else self._day(job.due),
            estimate_minutes=None if job.hours is None else int(job.hours * 60), recurrence=job.repeats, workpaper=paper,
            listed=job.steps,
        )  # fmt: skip

    def _hours(self, task: Task, job: Job) -> None:
        """On the days before it was due or before today, one sitting a day, never on a weekend."""
        day = min(self._day(job.due or 0), self.today)
        for hours in job.spent:
            while day.weekday() > 4:
                day -= timedelta(days=1)
            TimeEntry.objects.create(
                member=self.members[job.who], project=self.project, task=task, day=day, minutes=int(hours * 60)
            )
            day -= timedelta(days=1)

    def _say(self, task: Task, who: Membership, words: str) -> None:
        with audited(name=who.display_name, member=who.pk):
            post(task, by=Person.of(who), audience=INTERNAL, body=words, submission=uuid7())

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)
