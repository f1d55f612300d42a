"""A project's tasks as a board, a list or a calendar, over the same filters."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, DateField, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.models import Project
from clients.saved_views import ListKind, opening, preference, register
from clients.views.partials import is_partial, with_toast
from clients.views.saved_view import bar
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.task_filter import TaskFilter
from workspaces.models import Task
from workspaces.tasks.board import lanes
from workspaces.tasks.cards import cards_of, in_order, shown
from workspaces.tasks.month import first_of, month_of
from workspaces.tasks.people import viewers
from workspaces.views.project import VIEWS, head_of, visible_project

PER_PAGE = 100
_URGENT_FIRST = [When(priority=name, then=Value(at)) for at, name in enumerate(["urgent", "high", "medium", "low"])]
SORTS = {
    "title": Lower("title"),
    "status": F("status"),
    "due": Coalesce("due_date", Value(date.max), output_field=DateField()),
    "assigned": Coalesce(Lower("assigned_to__display_name"), Value("")),
    "priority": Case(*_URGENT_FIRST, output_field=IntegerField()),
}

KIND = register(
    ListKind("tasks", "project_detail", Permission.VIEW_PROJECTS, inside="project_id", elsewhere="project_list", mark="saved")
)  # fmt: skip
TABS = [("Mine", "assigned=me&status=open"), ("Due in seven days", "due=week"), ("Overdue", "due=late")]

#: The list has no filter of its own for what waits for a reviewer: it is among what is not done.
_LISTED = {"in_review": "open"}


@require_safe
@requires(Permission.VIEW_PROJECTS)
def project_detail(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    project, kind = visible_project(request, project_id), KIND.at(str(project_id))
    if opens := opening(request.member, kind, preference(request.member, kind), request.GET):
        return redirect(opens)
    return tasks_page(request, project)


def tasks_page(request: OrganizationRequest, project: Project, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page, or for htmx the part with the tasks; also with what went wrong with a change."""
    today, view = timezone.localdate(), request.GET.get("view", "")
    view = view if view in VIEWS else "board"
    people = viewers(project)

    def chosen_by(query: QueryDict) -> TaskFilter:
        return TaskFilter(query, member=request.member, people={str(p.pk): p.display_name for p in people})

    def rows_of(query: QueryDict) -> "QuerySet[Task]":
        return chosen_by(query).apply(Task.objects.filter(project=project), today)

    chosen, tasks = chosen_by(request.GET), rows_of(request.GET)
    context = {
        **bar(request, KIND.at(str(project.pk)), fixed=_tabs(request), rows=rows_of),
        **head_of(project),
        "view": view,
        "views": [(name, *words, address(request, name)) for name, words in VIEWS.items()],
        "chosen": chosen,
        "assignable": people,
        "today": today,
        **{"board": _board, "list": _list, "calendar": _calendar}[view](request, project, tasks),
        "is_partial": is_partial(request),
        **more,
    }
    name = "workspaces/project/tasks.html"
    if not context["is_partial"]:
        return render(request, name, context, status=status)
    return with_toast(request, render(request, f"{name}#tasks", context, status=status))


def _tabs(request: OrganizationRequest) -> list[tuple[str, str]]:
    """What everybody has, looked at in the way one has chosen."""
    way = QueryDict(mutable=True)
    if request.GET.get("view"):
        way["view"] = request.GET["view"]
    return [("All", way.urlencode()), *((label, f"{way.urlencode()}&{query}".lstrip("&")) for label, query in TABS)]


def _board(request: OrganizationRequest, project: Project, tasks: "QuerySet[Task]") -> dict[str, Any]:
    found = lanes(tasks, timezone.localdate(), request.member)
    for lane in found:
        lane.url = address(request, "list", status=_LISTED.get(lane.state, lane.state))
        for card in lane.cards:
            card.task.project = project
    return {"lanes": found}


def _list(request: OrganizationRequest, project: Project, tasks: "QuerySet[Task]") -> dict[str, Any]:
    wanted = request.GET.get("o", "")
    key, sign = SORTS.get(wanted.removeprefix("-")), "-" if wanted.startswith("-") else ""
    order = (f"{sign}sort_key", f"{sign}id") if key is not None else ("position", "id")
    rows = shown(tasks.annotate(sort_key=key) if key is not None else tasks)
    page = keyset_page(rows, order, request.GET, size=PER_PAGE)
    cards = cards_of(page.rows, timezone.localdate(), request.member)
    return {"page": page, "cards": cards if key is not None else in_order(cards), "count": tasks.count()}


def _calendar(request: OrganizationRequest, project: Project, tasks: "QuerySet[Task]") -> dict[str, Any]:
    today = timezone.localdate()
    month = month_of(tasks, first_of(request.GET.get("month", ""), today), today, request.member)
    links = {"earlier": month.previous, "later": month.next}
    return {
        "month": month,
        "all_due": address(request, "list", o="due"),
        "undated": tasks.filter(due_date=None).count(),
        **{name: address(request, "calendar", month=value) for name, value in links.items()},
    }


def address(request: OrganizationRequest, view: str, **more: str) -> str:
    """The same filters, looked at in another way."""
    query = request.GET.copy()
    for name in ("after", "before", "view", "month", "o", "saved"):
        query.pop(name, None)
    query["view"] = view
    for name, value in more.items():
        query[name] = value
    return f"?{query.urlencode()}"


def place_of(request: OrganizationRequest, project: Project) -> HttpResponse:
    """Back to the page a form was sent from, with its filters."""
    query = request.GET.copy()
    query.pop("board", None)
    return redirect(f"{project.get_absolute_url()}{f'?{query.urlencode()}' if query else ''}")
