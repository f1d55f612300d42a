"""Who in the firm sees a project and why: the page, and what changes it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clients import project_access
from clients.access_rows import Row, people
from clients.client_access import AccessRefused
from clients.forms.client_access import WallForm
from clients.models import Project, ProjectWall
from clients.project_access import Facts, explain
from organizations.access import requires
from organizations.changing import kept
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.forms.project_access import NamingForm
from workspaces.models import ProjectMember
from workspaces.views.project import head_of, visible_project


@require_safe
@requires(Permission.VIEW_PROJECTS)
def access(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    return _page(request, visible_project(request, project_id))


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def restriction(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    wanted = Project.Access.NAMED if request.POST.get("access") == "named" else Project.Access.OPEN
    project_access.restrict(project, wanted, naming=_working_on(project), by=request.member)
    messages.success(request, f"{project.name}: {wanted.label.lower()}")
    return redirect("project_access", project_id=project.pk)


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def naming(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    form = NamingForm(request.POST, project=project)
    if not kept(form, lambda: project_access.name(project, form.cleaned_data["member"]), refused=AccessRefused):
        return _page(request, project, naming_form=form)
    messages.success(request, f"{form.cleaned_data['member']} sees {project.name} now")
    return _back(request, project)


@require_POST
@requires(Permission.MANAGE_PROJECTS)
def naming_end(request: OrganizationRequest, project_id: UUID, member_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    member = get_object_or_404(Membership, pk=member_id)
    project_access.unname(project, member)
    messages.success(request, f"{member} is not named on {project.name} any more")
    return _back(request, project)


@require_POST
@requires(Permission.MANAGE_ACCESS)
def wall_creation(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project = visible_project(request, project_id)
    form = WallForm(request.POST, walls=ProjectWall.objects.filter(project=project))
    if not kept(
        form, lambda: project_access.put_up_wall(project, **form.cleaned_data, by=request.member), refused=AccessRefused
    ):
        return _page(request, project, wall_form=form)
    messages.success(request, f"{form.cleaned_data['member']} sees nothing of {project.name} any more")
    return _back(request, project)


@require_POST
@requires(Permission.MANAGE_ACCESS)
def wall_removal(request: OrganizationRequest, project_wall_id: UUID) -> HttpResponse:
    walls = ProjectWall.objects.filter(project__in=Project.objects.visible_to(request.member))
    wall = get_object_or_404(walls.select_related("project", "member"), pk=project_wall_id)
    wall.delete()
    messages.success(request, f"The wall between {wall.member} and {wall.project.name} is down")
    return redirect("project_access", project_id=wall.project_id)


def _working_on(project: Project) -> list[Membership]:
    team = [place.member for place in ProjectMember.objects.filter(project=project).select_related("member")]
    return [*team, project.lead] if project.lead else team


def _back(request: OrganizationRequest, project: Project) -> HttpResponse:
    """To the page, or to the projects for whoever has just taken this one from their own sight."""
    if Project.objects.visible_to(request.member).filter(pk=project.pk).exists():
        return redirect("project_access", project_id=project.pk)
    return redirect("project_list")


def _page(request: OrganizationRequest, project: Project, **forms: Any) -> HttpResponse:
    facts = Facts.whole(project)

    def row(member: Membership) -> Row:
        if member.pk not in facts.granted or member.sees_every_client:
            return Row(member, explain(member, project, facts))
        removal = reverse("project_naming_end", kwargs={"project_id": project.pk, "member_id": member.pk})
        return Row(member, explain(member, project, facts), "named", removal)

    context = {
        **head_of(project),
        **people(row, facts.walls, may_wall=request.member.can(Permission.MANAGE_ACCESS)),
        "naming_form": NamingForm(project=project),
        "wall_form": WallForm(walls=ProjectWall.objects.filter(project=project)),
        **forms,
    }
    return render(request, "workspaces/project/access.html", context, status=422 if forms else 200)
