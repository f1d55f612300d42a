"""The list of projects: filters, order, columns and views."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.models import Client, Project
from clients.saved_views import ListKind, register
from clients.views.partials import is_partial
from clients.views.saved_view import bar
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ProjectMember
from workspaces.projects.progress import progress_of
from workspaces.projects.search import ORDERS, ProjectFilter, sortable

PER_PAGE = 50
KIND = register(
    ListKind(
        "projects", "project_list", Permission.VIEW_PROJECTS,
        (
            ("client", "Client", True), ("status", "Status", True), ("tasks", "Tasks done", True),
            ("hours", "Hours", True), ("end", "Due", True), ("lead", "Lead", True), ("start", "Start", False),
        ),
    )
)  # fmt: skip
TABS = [("All open", ""), ("Mine", "mine=1"), ("Overdue", "late=1"), ("Done", "status=done")]


@require_safe
@requires(Permission.VIEW_PROJECTS)
def project_list(request: OrganizationRequest) -> HttpResponse:
    found = bar(request, KIND, fixed=TABS, rows=lambda query: rows_of(request.member, query))
    if found["opens"]:
        return redirect(found["opens"])
    wanted, rows = ProjectFilter.read(request.GET), rows_of(request.member, request.GET)
    page = keyset_page(
        sortable(rows).select_related("client", "lead"), ORDERS[wanted.order], request.GET, size=PER_PAGE
    )
    context = {
        **found,
        "rows": described(page.rows),
        "page": page,
        "count": rows.count(),
        "filter": wanted,
        "statuses": Project.Status.choices,
        "people": people_to_choose(request.member),
        "is_first_run": not page.rows and not wanted.is_narrow and not Project.objects.exists(),
        "is_partial": is_partial(request),
    }
    partial = "#table" if context["is_partial"] else ""
    return render(request, f"workspaces/project/list.html{partial}", context)


def rows_of(member: Membership, params: QueryDict) -> "QuerySet[Project]":
    """The projects that an address of the list speaks of."""
    projects = Project.objects.visible_to(member)
    return ProjectFilter.read(params).apply(projects, member, timezone.localdate())


def described(projects: list[Project]) -> list[dict[str, Any]]:
    progress = progress_of(projects, timezone.localdate())
    return [{"project": project, "progress": progress[project.pk]} for project in projects]


def people_to_choose(member: Membership) -> list[tuple[str, str]]:
    people = Membership.objects.active().exclude(pk=member.pk).order_by("display_name", "id")
    return [(str(person.pk), person.display_name) for person in people]


@require_safe
@requires(Permission.VIEW_PROJECTS)
def client_projects(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """What the firm does for one client, what is under way first."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    projects = Project.objects.visible_to(request.member).filter(client=client)
    page = keyset_page(projects.select_related("lead"), ("-created_at", "-id"), request.GET, size=20)
    for project in page.rows:
        project.client = client
    teams: dict[UUID, list[str]] = {}
    for place in ProjectMember.objects.filter(project__in=[p.pk for p in page.rows]).select_related("member"):
        teams.setdefault(place.project_id, []).append(place.member.display_name)
    rows = [row | {"team": sorted(teams.get(row["project"].pk, []))} for row in described(page.rows)]
    return render(request, "workspaces/project/of_client.html", {"client": client, "rows": rows, "page": page})
