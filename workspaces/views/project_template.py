"""Templates of projects: written by hand or kept from a project, and used."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from clients.views.row_page import row_page
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.project_template import KeepTemplateForm, ProjectTemplateForm, TemplateTaskForm, UseTemplateForm
from workspaces.models import ProjectTemplate, ProjectTemplateTask
from workspaces.projects import templating
from workspaces.views.project import visible_project

#: The newest of the trash, on the page itself.
MOST_TRASHED = 20


@require_safe
@requires(Permission.VIEW_PROJECTS)
def project_template_list(request: OrganizationRequest) -> HttpResponse:
    page = keyset_page(ProjectTemplate.objects.prefetch_related("tasks"), ("name", "id"), request.GET)
    trashed = ProjectTemplate.with_deleted.exclude(deleted_at=None).order_by("-deleted_at", "-id")[:MOST_TRASHED]
    return render(request, "workspaces/project_template/list.html", {"page": page, "trashed": trashed})


@require_safe
@requires(Permission.VIEW_PROJECTS)
def project_template_detail(request: OrganizationRequest, project_template_id: UUID) -> HttpResponse:
    template = get_object_or_404(ProjectTemplate, pk=project_template_id)
    tasks = template.tasks.select_related("waits_for").order_by("position", "id")[: templating.MOST]
    return render(request, "workspaces/project_template/detail.html", {"template": template, "tasks": tasks})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def project_template_create(request: OrganizationRequest) -> HttpResponse:
    return _form(request, ProjectTemplate())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def project_template_update(request: OrganizationRequest, project_template_id: UUID) -> HttpResponse:
    rows = ProjectTemplate.objects.all()
    return _form(request, get_object_or_404(locked(rows) if request.POST else rows, pk=project_template_id))


def _form(request: OrganizationRequest, template: ProjectTemplate) -> HttpResponse:
    context = {"name": template.name, "template": None if template._state.adding else template}
    form = ProjectTemplateForm(request.POST or None, instance=template, member=request.member)
    page = "workspaces/project_template/form.html"
    return row_page(request, form, ProjectTemplate.objects.all(), page, said="Template saved", **context)


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def project_template_removal(request: OrganizationRequest, project_template_id: UUID) -> HttpResponse:
    template = get_object_or_404(ProjectTemplate, pk=project_template_id)
    ProjectTemplate.objects.filter(pk=template.pk).update(deleted_at=timezone.now())
    messages.success(request, f"“{template.name}” moved to the trash. Projects made from it stay.")
    return redirect("project_template_list")


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def project_template_restoration(request: OrganizationRequest, project_template_id: UUID) -> HttpResponse:
    template = get_object_or_404(ProjectTemplate.with_deleted.select_for_update(), pk=project_template_id)
    if ProjectTemplate.objects.filter(name__iexact=template.name).exclude(pk=template.pk).exists():
        messages.error(request, f"Another template is called “{template.name}”. Rename that one first.")
        return redirect("project_template_list")
    ProjectTemplate.with_deleted.filter(pk=template.pk).update(deleted_at=None)
    messages.success(request, f"“{template.name}” restored")
    return redirect(template)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def template_task_create(request: OrganizationRequest, project_template_id: UUID) -> HttpResponse:
    template = get_object_or_404(ProjectTemplate, pk=project_template_id)
    return _task_form(request, template, ProjectTemplateTask())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def template_task_update(request: OrganizationRequest, template_task_id: UUID) -> HttpResponse:
    task = _task(template_task_id, is_locked=request.method == "POST")
    return _task_form(request, task.template, task)


def _task_form(request: OrganizationRequest, template: ProjectTemplate, task: ProjectTemplateTask) -> HttpResponse:
    is_new, rows = task._state.adding, ProjectTemplateTask.objects.filter(template=template)
    form = TemplateTaskForm(request.POST or None, instance=task, template=template)
    if is_new and form.made_before(rows):
        return redirect(template)
    if form.is_valid() and form.save_once(rows):
        messages.success(request, "Task saved")
        return redirect(template)
    context = {"form": form, "template": template, "task": None if is_new else task}
    return render(request, "workspaces/project_template/task_form.html", context, status=form.error_status)


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def template_task_removal(request: OrganizationRequest, template_task_id: UUID) -> HttpResponse:
    task = _task(template_task_id)
    task.delete()
    messages.success(request, "Task removed from the template")
    return redirect(task.template)


def _task(task_id: UUID, *, is_locked: bool = False) -> ProjectTemplateTask:
    rows = ProjectTemplateTask.objects.filter(template__deleted_at=None).select_related("template")
    return get_object_or_404(locked(rows) if is_locked else rows, pk=task_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def project_template_use(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    form = UseTemplateForm(request.POST or None, project=project)
    if form.is_valid():
        data = form.cleaned_data
        count = templating.use(data["template"], project, start=data["start"], by=request.member)
        messages.success(request, f"{count} task{'' if count == 1 else 's'} added from “{data['template']}”")
        return redirect(project)
    context = {"form": form, "project": project, "has_templates": ProjectTemplate.objects.exists()}
    return render(request, "workspaces/project_template/use.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def project_keeping(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    """Keep the project's tasks as a template."""
    project = visible_project(request, project_id)
    form = KeepTemplateForm(request.POST or None, initial={"name": project.name[:120]})
    if form.is_valid():
        template = templating.keep_as_template(project, form.cleaned_data["name"], by=request.member)
        messages.success(request, "Template made. People and dates are left out; due dates count from the start.")
        return redirect(template)
    context = {"form": form, "project": project}
    return render(request, "workspaces/project_template/keep.html", context, status=422 if form.errors else 200)
