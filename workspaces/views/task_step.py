"""The checklist of a task."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.task_step import StepForm
from workspaces.models import Task, TaskStep
from workspaces.tasks import steps
from workspaces.tasks.refusals import TaskRefused
from workspaces.views.task import detail_page, visible_task


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_step_creation(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    task = visible_task(request, task_id)
    form = StepForm(request.POST)
    if form.is_valid():
        try:
            steps.add(task, form.cleaned_data["steps"])
        except TaskRefused as refused:
            form.add_error("steps", str(refused))
        else:
            return _back(task)
    return detail_page(request, task, status=422, step_form=form)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_step_done(request: OrganizationRequest, step_id: UUID) -> HttpResponse:
    step = _visible(request, step_id)
    steps.tick(step, is_done=True, by=request.member)
    return _back(step.task)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_step_undone(request: OrganizationRequest, step_id: UUID) -> HttpResponse:
    step = _visible(request, step_id)
    steps.tick(step, is_done=False, by=request.member)
    return _back(step.task)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_step_removal(request: OrganizationRequest, step_id: UUID) -> HttpResponse:
    step = _visible(request, step_id)
    steps.take_away(step)
    return _back(step.task)


def _back(task: Task) -> HttpResponse:
    return redirect(f"{task.get_absolute_url()}#steps")


def _visible(request: OrganizationRequest, step_id: UUID) -> TaskStep:
    rows = TaskStep.objects.filter(task__in=Task.objects.visible_to(request.member)).select_related("task")
    return get_object_or_404(rows, pk=step_id)
