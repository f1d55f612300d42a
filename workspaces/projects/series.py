"""Projects that come again: the next month's is made when this month's is done or its time has come, and never twice."""

import calendar
import re
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404

from billing.features import F
from billing.frozen import is_frozen
from clients import project_access
from clients.models import Client, Project
from organizations.models import Membership, Organization
from workspaces.models import ProjectMember, ProjectSeries
from workspaces.projects import templating
from workspaces.projects.trash import free_name
from workspaces.tasks import places
from workspaces.tasks.people import viewers
from workspaces.tasks.recurring import months_later

MONTHS = {"month": 1, "quarter": 3, "year": 12}
NAMES = {name: number for number, name in enumerate(calendar.month_name) if name}


def due(today: date) -> list[ProjectSeries]:
    """Those whose next period has begun and goes on. One that has passed altogether is made by hand, if at all."""
    waiting = ProjectSeries.objects.filter(next_project=None, project__deleted_at=None)
    living = waiting.exclude(project__client__status=Client.Status.ARCHIVED).filter(
        Q(project__client=None) | Q(project__client__deleted_at=None)
    )
    found, firm = [], Organization.objects.get()
    for series in living.select_related("project", "template").order_by("id"):
        start, client = next_start(series), series.project.client_id
        if client and is_frozen(F.CLIENTS, client, firm):
            continue  # read-only, until the firm has fewer clients or a larger plan
        if start and start <= today < next_day(start, MONTHS[series.every]):
            found.append(series)
    return found


def next_start(series: ProjectSeries) -> date | None:
    """The day on which the clock makes the next one, if nobody has by then."""
    start = series.project.start_date
    return next_day(start, MONTHS[series.every]) if start else None


@transaction.atomic
def make_next(series: ProjectSeries, today: date, *, by: Membership | None) -> Project | None:
    """The project after this one with its tasks and those of its team who see it; None where it is made already."""
    before = series.project
    places.lock(before.pk)
    series = get_object_or_404(ProjectSeries.objects.select_for_update(of=("self",)), pk=series.pk)
    if series.next_project_id:
        return None
    months = MONTHS[series.every]
    start = next_day(before.start_date or today.replace(day=1), months)
    able = {member.pk for member in viewers(before)}
    made = Project.objects.create(
        name=free_name(next_name(before.name, months)), description=before.description, client_id=before.client_id,
        lead_id=before.lead_id if before.lead_id in able else None, status=Project.Status.PLANNED, start_date=start, budget_hours=before.budget_hours,
        end_date=next_day(before.end_date, months) if before.end_date else None, created_by=by,
    )  # fmt: skip
    project_access.same_as(before, made)
    ProjectMember.objects.bulk_create(
        ProjectMember(project=made, member_id=member)
        for member in ProjectMember.objects.filter(project=before, member__in=able).values_list("member", flat=True)
    )
    if series.template and series.template.deleted_at is None:
        templating.use(series.template, made, start=start, by=by)
    else:
        templating.copy_tasks(before, made, start=start, by=by)
    ProjectSeries.objects.create(project=made, every=series.every, template_id=series.template_id, created_by=by)
    ProjectSeries.objects.filter(pk=series.pk).update(next_project=made)
    return made


def next_day(day: date, months: int) -> date:
    """A last day of a month stays one: 28 February, 31 March."""
    is_last = (day + timedelta(days=1)).month != day.month
    return months_later(day, months, 31 if is_last else None)


def next_name(name: str, months: int) -> str:
    """“Payroll, March 2026” → “Payroll, April 2026”, “Audit FY2025” → “Audit FY2026”; what names no time keeps its name."""
    if found := re.search(rf"\b({'|'.join(NAMES)}) (20\d\d)\b", name):
        day = months_later(date(int(found[2]), NAMES[found[1]], 1), months)
        return f"{name[: found.start()]}{calendar.month_name[day.month]} {day.year}{name[found.end() :]}"
    if found := re.search(r"\bQ([1-4]) (20\d\d)\b", name):
        quarter = int(found[1]) - 1 + months // 3
        return f"{name[: found.start()]}Q{quarter % 4 + 1} {int(found[2]) + quarter // 4}{name[found.end() :]}"
    if months == 12 and (found := re.search(r"(20\d\d)(?!.*20\d\d)", name)):
        return f"{name[: found.start()]}{int(found[1]) + 1}{name[found.end() :]}"
    return name
