"""One change to the checked tasks of a project. The checkboxes carry the version of the row that was on the screen."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from clients.models import Project
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.task import AssignTasksForm, DueTasksForm, SelectionForm, StatusTasksForm
from workspaces.tasks import bulk
from workspaces.tasks.bulk import Outcome
from workspaces.views.project import visible_project
from workspaces.views.project_tasks import place_of, tasks_page

NAMED = 20
Act = Callable[[Project, dict[str, Any]], Outcome]


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_bulk_assignment(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    def assign(project: Project, data: dict[str, Any]) -> Outcome:
        return bulk.assign(project, data["selected"], data["assigned_to"], by=request.member)

    return _carry_out(request, project_id, AssignTasksForm, assign, "assigned")


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_bulk_due_date(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    def set_due_date(project: Project, data: dict[str, Any]) -> Outcome:
        return bulk.set_due_date(project, data["selected"], data["due_date"])

    return _carry_out(request, project_id, DueTasksForm, set_due_date, "given the due date")


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_bulk_status(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    def set_status(project: Project, data: dict[str, Any]) -> Outcome:
        return bulk.set_status(project, data["selected"], data["status"], by=request.member)

    return _carry_out(request, project_id, StatusTasksForm, set_status, "moved")


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_bulk_removal(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    def trash(project: Project, data: dict[str, Any]) -> Outcome:
        return bulk.trash(project, data["selected"])

    return _carry_out(request, project_id, SelectionForm, trash, "moved to the trash of the project")


def _carry_out(
    request: OrganizationRequest, project_id: UUID, form_class: type[SelectionForm], act: Act, done: str
) -> HttpResponse:
    project = visible_project(request, project_id)
    form = form_class(request.POST, project=project)
    if not form.is_valid():
        return tasks_page(request, project, status=422, selection=form)
    outcome = act(project, form.cleaned_data)
    if count := len(outcome.changed):
        messages.success(request, f"{count} task{'' if count == 1 else 's'} {done}")
    if outcome.stale:
        count_of = f"{len(outcome.stale)} of {outcome.asked}"
        messages.warning(request, f"{count_of} changed meanwhile and were left alone: {_named(outcome.stale)}")
    if outcome.unfit:
        messages.warning(request, f"Waiting for other tasks, so left alone: {_named(outcome.unfit)}")
    return place_of(request, project)


def _named(references: list[str]) -> str:
    more = len(references) - NAMED
    return ", ".join(references[:NAMED]) + (f" and {more} more" if more > 0 else "")
