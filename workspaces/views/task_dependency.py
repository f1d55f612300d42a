from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.task import DependencyForm
from workspaces.models import Task, TaskDependency
from workspaces.tasks import blocking
from workspaces.tasks.refusals import TaskRefused
from workspaces.views.task import detail_page, visible_task


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_dependency_creation(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    task = visible_task(request, task_id)
    form = DependencyForm(request.POST, task=task)
    if form.is_valid():
        blocker = form.cleaned_data["blocker"]
        try:
            blocking.link(task, blocker)
        except TaskRefused as refused:
            form.add_error("blocker", str(refused))
        else:
            messages.success(request, f"{task.reference} waits for {blocker.reference}")
            return redirect(task)
    return detail_page(request, task, status=422, dependency_form=form)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_dependency_removal(request: OrganizationRequest, dependency_id: UUID) -> HttpResponse:
    tasks = Task.objects.visible_to(request.member)
    edges = TaskDependency.objects.filter(task__in=tasks).select_related("task", "blocker")
    edge = get_object_or_404(edges, pk=dependency_id)
    blocking.unlink(edge)
    messages.success(request, f"{edge.task.reference} does not wait for {edge.blocker.reference} any more")
    return redirect(edge.task)
