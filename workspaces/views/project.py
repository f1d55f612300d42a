"""One project: made, changed, deleted, brought back, and made anew for the next period."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from clients.models import Project
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.project import ProjectForm
from workspaces.models import ProjectMember, ProjectSeries
from workspaces.projects import series, trash
from workspaces.projects.progress import by_person, by_task, progress_of
from workspaces.projects.search import id_or_empty
from workspaces.projects.trash import TrashRefused


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def project_create(request: OrganizationRequest) -> HttpResponse:
    mine = Project.objects.visible_to(request.member)
    initial = {
        "client": id_or_empty(request.GET.get("client", "")) or None,
        "template": id_or_empty(request.GET.get("template", "")) or None,
        "start_date": timezone.localdate(),
        "lead": request.member.pk,
    }
    form = ProjectForm(request.POST or None, member=request.member, initial=initial)
    if made := form.made_before(mine):
        return redirect(made)
    if form.is_valid() and (made := form.save_once(mine)):
        messages.success(request, "Project made")
        return redirect(made)
    return render(request, "workspaces/project/form.html", {"form": form}, status=form.error_status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PROJECTS)
def project_update(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    projects = Project.objects.visible_to(request.member)
    rows = locked(projects) if request.POST else projects.select_related("client")
    project = get_object_or_404(rows, pk=project_id)
    name, was = project.name, project.status
    form = ProjectForm(request.POST or None, instance=project, member=request.member)
    if form.is_valid() and form.save_once(projects):
        messages.success(request, "Project saved")
        if project.status == Project.Status.DONE and was != project.status:
            _make_next(request, project)
        return redirect(project)
    context = {"form": form, "project": project, "name": name}
    return render(request, "workspaces/project/form.html", context, status=form.error_status)


def _make_next(request: OrganizationRequest, project: Project) -> Project | None:
    found = ProjectSeries.objects.filter(project=project).select_related("project", "template").first()
    made = series.make_next(found, timezone.localdate(), by=request.member) if found else None
    if made:
        messages.success(request, f"The next one is made: {made.name}")
    return made


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def project_next(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    """Next month's project now, before this one is done."""
    project = visible_project(request, project_id)
    if made := _make_next(request, project):
        return redirect(made)
    messages.warning(request, "The next one is made already, or this project does not repeat.")
    return redirect("project_overview", project_id=project.pk)


@require_safe
@requires(Permission.VIEW_PROJECTS)
def project_overview(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    """Progress and budget, what was estimated and what was spent, and who works on it."""
    project = visible_project(request, project_id)
    found = ProjectSeries.objects.filter(project=project).select_related("project", "template").first()
    after = Project.with_deleted.visible_to(request.member).filter(pk=found.next_project_id if found else None)
    people, tasks = by_person(project), by_task(project)
    context = {
        **head_of(project),
        "people": people,
        "tasks": tasks,
        "most": max((row.minutes for row in people), default=0),
        "series": found,
        "next_start": found and series.next_start(found),
        "next_project": after.defer("tsv", "description").first(),
        "binders": project.binders.filter(deleted_at=None).order_by("-period_end")[:10],
        "lists": project.request_lists.filter(deleted_at=None).order_by("-created_at")[:10],
    }
    return render(request, "workspaces/project/overview.html", context)


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def project_removal(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    try:
        count = trash.put_into_trash(project)
    except TrashRefused as refused:
        messages.error(request, str(refused))
        return redirect(project)
    messages.success(request, f"“{project.name}” and its {count} task{'' if count == 1 else 's'} moved to the trash")
    return redirect("project_list")


@require_safe
@requires(Permission.MANAGE_PROJECTS)
def project_trash(request: OrganizationRequest) -> HttpResponse:
    deleted = trash.in_trash(request.member).select_related("client")
    page = keyset_page(deleted, ("-deleted_at", "-id"), request.GET)
    return render(request, "workspaces/project/trash.html", {"page": page})


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def project_restoration(request: OrganizationRequest, deleted_project_id: UUID) -> HttpResponse:
    project = get_object_or_404(trash.in_trash(request.member), pk=deleted_project_id)
    name = trash.restore(project)
    if name == project.name:
        messages.success(request, f"“{name}” is back, with the tasks that went with it")
    else:
        messages.warning(request, f"“{project.name}” is back as “{name}”: another project has its name now")
    return redirect(project)


def visible_project(request: OrganizationRequest, project_id: UUID) -> Project:
    projects = Project.objects.visible_to(request.member).select_related("client", "lead")
    return get_object_or_404(projects, pk=project_id)


#: How the tasks can be looked at: word in the address, label, icon.
VIEWS = {"board": ("Board", "layout-kanban"), "list": ("List", "list"), "calendar": ("Calendar", "calendar")}


def head_of(project: Project) -> dict[str, object]:
    """What the head of every page of the project says."""
    team = ProjectMember.objects.filter(project=project).order_by("member__display_name")
    return {
        "project": project,
        "views": [(name, *words, f"?view={name}") for name, words in VIEWS.items()],
        "progress": progress_of([project], timezone.localdate())[project.pk],
        "team": list(team.values_list("member__display_name", flat=True)),
    }
