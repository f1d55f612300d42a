"""One task: its page and drawer, made, changed, moved, deleted, brought back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from clients.views.partials import is_partial, with_toast
from conversations import inbox
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.task import DependencyForm, MoveForm, PlaceForm, PlanForm, TaskForm
from workspaces.forms.task_step import StepForm
from workspaces.models import Task, TaskDependency, TaskStep, TimeEntry
from workspaces.tasks import changes, places, telling
from workspaces.tasks.cards import cards_of
from workspaces.tasks.refusals import TaskRefused, TaskStale
from workspaces.timekeeping import timer
from workspaces.timekeeping.durations import hours
from workspaces.views.project import visible_project
from workspaces.views.project_tasks import place_of, tasks_page

RELATED = ("project__client", "assigned_to", "created_by", "done_by", "workpaper__binder")


@require_safe
@requires(Permission.VIEW_PROJECTS)
def task_detail(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    return detail_page(request, visible_task(request, task_id))


def detail_page(request: OrganizationRequest, task: Task, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page of its own, or in a drawer beside the board."""
    inbox.mark_read(request.member, subject_id=task.pk)  # before the page's head counts what is unread
    edges = TaskDependency.objects.filter(task=task, blocker__deleted_at=None).select_related("blocker")
    holds = Task.objects.filter(waits__blocker=task).defer("tsv", "description").order_by("number")
    minutes = sum(TimeEntry.objects.filter(task=task).values_list("minutes", flat=True))
    context = {
        "task": task,
        "project": task.project,
        "card": cards_of([task], timezone.localdate(), request.member)[0],
        "plan_form": more.pop("plan_form", None) or plan_form(task, request),
        "steps": TaskStep.objects.filter(task=task).order_by("position", "id"),
        "step_form": more.pop("step_form", None) or StepForm(),
        "edges": edges.order_by("blocker__number"),
        "holds_up": holds,
        "spent": hours(minutes),
        "estimate": hours(task.estimate_minutes) if task.estimate_minutes else "",
        "is_over": task.estimate_minutes is not None and minutes > task.estimate_minutes,
        "timer": timer.running(request.member),
        "statuses": Task.Status.choices,
        "dependency_form": more.pop("dependency_form", None) or DependencyForm(task=task),
        "next_task": Task.objects.filter(recurs_from=task).defer("tsv").first(),
        **more,
    }
    name = "workspaces/task/detail.html"
    if not is_partial(request):
        return render(request, name, context, status=status)
    return with_toast(request, render(request, f"{name}#drawer", context | {"in_drawer": True}, status=status))


def plan_form(task: Task, request: OrganizationRequest) -> PlanForm:
    data = request.POST if request.method == "POST" else None
    return PlanForm(data, instance=task, project=task.project, member=request.member, auto_id="plan-%s")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_TASKS)
def task_create(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    mine = Task.objects.filter(project=project)
    initial = {"status": request.GET.get("status", "") if request.GET.get("status") in Task.Status.values else "todo"}
    form = TaskForm(request.POST or None, project=project, member=request.member, initial=initial)
    if made := form.made_before(mine):
        return redirect(project)
    if form.is_valid() and (made := form.save_once(mine)):
        messages.success(request, f"{made.reference} added")
        return redirect("task_create", project_id=project.pk) if "another" in request.POST else redirect(project)
    context = {"form": form, "project": project}
    return render(request, "workspaces/task/form.html", context, status=form.error_status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_TASKS)
def task_update(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    task = visible_task(request, task_id)
    if request.method == "POST":
        places.lock(task.project_id)  # always before the task's own row
        task = get_object_or_404(locked(Task.objects.all()), pk=task.pk)
    reference = task.reference
    form = TaskForm(request.POST or None, instance=task, project=task.project, member=request.member)
    if form.is_valid() and form.save_once(Task.objects.all()):
        messages.success(request, f"{reference} saved")
        return redirect(task)
    context = {"form": form, "project": task.project, "task": task, "reference": reference}
    return render(request, "workspaces/task/form.html", context, status=form.error_status)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_move(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    """To another column or place. From a board the board comes back, from the task's own page that page."""
    task = visible_task(request, task_id)
    form = MoveForm(request.POST)
    status, words = 200, ""
    if not form.is_valid():
        status, words = 422, "Choose a column."
    else:
        data = form.cleaned_data
        try:
            made = changes.move(
                task,
                data["to"],
                by=request.member,
                version=data["version"],
                before=data["before"],
                is_last=data["last"],
            )
            if made:
                messages.success(request, f"{made.reference} is made for {made.due_date:%-d %B %Y}")
        except TaskStale as stale:
            status, words = 409, str(stale)
        except TaskRefused as refused:
            status, words = 422, str(refused)
    if "board" in request.GET and is_partial(request):
        return tasks_page(request, visible_project(request, task.project_id), status=status, refusal=words)
    if words:
        return detail_page(request, visible_task(request, task_id), status=status, refusal=words)
    return _back(request, task)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_place(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    """One place up or down among the tasks shown: what dragging does, for the keyboard and without scripts."""
    task, form, status, words = visible_task(request, task_id), PlaceForm(request.POST), 200, ""
    if not form.is_valid():
        status, words = 422, "Reload the page and move it again."
    else:
        try:
            changes.place(task, **form.cleaned_data)
        except TaskStale as stale:
            status, words = 409, str(stale)
    if words or is_partial(request):
        return tasks_page(request, visible_project(request, task.project_id), status=status, refusal=words)
    return place_of(request, task.project)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_planning(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    """Who does it and by when."""
    task = visible_task(request, task_id)
    places.lock(task.project_id)  # always before the task's own row
    row = get_object_or_404(locked(Task.objects.all()), pk=task.pk)
    form = plan_form(row, request)
    if form.is_valid() and form.save_once(Task.objects.all()):
        messages.success(request, f"{task.reference} saved")
        return redirect(task)
    return detail_page(request, visible_task(request, task_id), status=form.error_status, plan_form=form)


def _back(request: OrganizationRequest, task: Task) -> HttpResponse:
    if "work" in request.GET:
        return redirect("my_work")
    if "today" in request.GET:
        return redirect("today")
    return place_of(request, task.project) if "board" in request.GET else redirect(task)


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_removal(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    task = visible_task(request, task_id)
    Task.objects.filter(pk=task.pk).update(deleted_at=timezone.now(), version=task.version + 1)
    telling.changed(task)
    messages.success(request, f"{task.reference} moved to the trash of the project")
    return redirect(task.project)


@require_safe
@requires(Permission.MANAGE_TASKS)
def task_trash(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    deleted = Task.with_deleted.filter(project=project).exclude(deleted_at=None).defer("tsv")
    page = keyset_page(deleted, ("-deleted_at", "-id"), request.GET)
    return render(request, "workspaces/task/trash.html", {"project": project, "page": page})


@require_POST
@requires(Permission.MANAGE_TASKS)
def task_restoration(request: OrganizationRequest, deleted_task_id: UUID) -> HttpResponse:
    tasks = Task.with_deleted.visible_to(request.member).exclude(deleted_at=None)
    task = get_object_or_404(tasks.select_related("project").defer("tsv"), pk=deleted_task_id)
    Task.with_deleted.filter(pk=task.pk).update(deleted_at=None, version=task.version + 1)
    telling.changed(task)
    messages.success(request, f"{task.reference} restored")
    return redirect("task_trash", project_id=task.project_id)


def visible_task(request: OrganizationRequest, task_id: UUID) -> Task:
    tasks = Task.objects.visible_to(request.member).select_related(*RELATED)
    return get_object_or_404(tasks.defer("tsv", "workpaper__body", "workpaper__tsv"), pk=task_id)
