"""Time: one's own week, entries by hand, the timer, and what a project has taken."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from clients.models import Project
from clients.views.partials import is_partial, with_toast
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.forms.time_entry import TimeEntryForm
from workspaces.models import Task, TimeEntry
from workspaces.projects.search import id_or_empty
from workspaces.timekeeping import timer
from workspaces.timekeeping.durations import written
from workspaces.timekeeping.week import monday_of, name_of, week_of
from workspaces.views.project import head_of, visible_project
from workspaces.views.task import visible_task


@require_safe
@requires(Permission.LOG_TIME)
def time_week(request: OrganizationRequest) -> HttpResponse:
    """One's own week; of somebody else for those who correct time."""
    today = timezone.localdate()
    whose = _whose(request)
    week = week_of(whose, request.member, monday_of(request.GET.get("week", ""), today))
    people: list[Membership] = []
    if request.member.can(Permission.MANAGE_TIME):
        people = list(Membership.objects.active().order_by("display_name", "id"))
    context = {
        "week": week, "whose": whose, "people": people, "today": today, "timer": timer.running(request.member),
        "projects": _projects_to_time(request.member), "is_own": whose.pk == request.member.pk,
    }  # fmt: skip
    return render(request, "workspaces/time/week.html", context)


def _whose(request: OrganizationRequest) -> Membership:
    wanted = id_or_empty(request.GET.get("member", ""))
    if not wanted or wanted == str(request.member.pk) or not request.member.can(Permission.MANAGE_TIME):
        return request.member
    return get_object_or_404(Membership, pk=wanted)


def _projects_to_time(member: Membership) -> list[Project]:
    projects = Project.objects.visible_to(member).exclude(status=Project.Status.DONE)
    return list(projects.order_by("name")[:200])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LOG_TIME)
def time_entry_create(request: OrganizationRequest) -> HttpResponse:
    mine = TimeEntry.objects.filter(member=request.member)
    form = TimeEntryForm(request.POST or None, member=request.member, initial=_initial(request))
    if made := form.made_before(mine):
        return redirect(week_url(made))
    if form.is_valid() and (made := form.save_once(mine)):
        messages.success(request, f"{written(made.minutes)} recorded")
        return redirect(week_url(made))
    return render(request, "workspaces/time/form.html", {"form": form}, status=form.error_status)


def _initial(request: OrganizationRequest) -> dict[str, Any]:
    task_id, project_id = (id_or_empty(request.GET.get(name, "")) for name in ("task", "project"))
    task = Task.objects.visible_to(request.member).filter(pk=task_id).first() if task_id else None
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = timezone.localdate()
    return {"day": day, "task": task and task.pk, "project": task.project_id if task else project_id or None}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LOG_TIME)
def time_entry_update(request: OrganizationRequest, time_entry_id: UUID) -> HttpResponse:
    entry = _own_entry(request, time_entry_id, is_locked=request.method == "POST")
    form = TimeEntryForm(request.POST or None, instance=entry, member=request.member)
    if form.is_valid() and form.save_once(TimeEntry.objects.all()):
        messages.success(request, "Entry saved")
        return redirect(week_url(entry, request))
    context = {"form": form, "entry": entry, "back": week_url(entry, request)}
    return render(request, "workspaces/time/form.html", context, status=form.error_status)


@require_POST
@requires(Permission.LOG_TIME)
def time_entry_removal(request: OrganizationRequest, time_entry_id: UUID) -> HttpResponse:
    """Gone for good; the audit trail keeps what it said."""
    entry = _own_entry(request, time_entry_id)
    back = week_url(entry, request)
    entry.delete()
    messages.success(request, f"Entry of {written(entry.minutes)} deleted")
    return redirect(back)


def _own_entry(request: OrganizationRequest, entry_id: UUID, *, is_locked: bool = False) -> TimeEntry:
    """404 for what is not seen or is somebody else's; a running timer is stopped first, then changed."""
    rows = TimeEntry.objects.visible_to(request.member).finished().select_related("project", "member", "task")
    entry = get_object_or_404(locked(rows) if is_locked else rows, pk=entry_id)
    if entry.member_id != request.member.pk and not request.member.can(Permission.MANAGE_TIME):
        raise Http404("Not one of your entries.")
    return entry


@require_POST
@requires(Permission.LOG_TIME)
def task_timer(request: OrganizationRequest, task_id: UUID) -> HttpResponse:
    task = visible_task(request, task_id)
    _start(request, task.project, task)
    return redirect(task)


@require_POST
@requires(Permission.LOG_TIME)
def project_timer(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    _start(request, visible_project(request, project_id))
    return redirect("time_week")


def _start(request: OrganizationRequest, project: Project, task: Task | None = None) -> None:
    try:
        made, before = timer.start(request.member, project, task)
    except IntegrityError:  # the index held two clicks apart
        return
    what = made.task.reference if made.task else made.project.name
    messages.success(request, f"Timer started for {what}")
    if before:
        messages.warning(request, f"The timer that ran was stopped at {written(before.minutes)}")


@require_POST
@requires(Permission.LOG_TIME)
def timer_stop(request: OrganizationRequest) -> HttpResponse:
    entry = timer.running(request.member)
    if entry is None:
        messages.warning(request, "No timer was running.")
        return _shell(request) if _is_of_shell(request) else redirect("time_week")
    timer.stop(entry)
    named = f" for {entry.project.name}" if entry.is_seen else ""
    messages.success(request, f"{written(entry.minutes)} recorded{named}")
    if _is_of_shell(request):
        return _shell(request)
    return redirect(entry.task if "task" in request.POST and entry.task and entry.is_seen else week_url(entry))


@require_safe
@requires(Permission.LOG_TIME)
def timer_running(request: OrganizationRequest) -> HttpResponse:
    """The timer in the head of every page, drawn anew."""
    return render(request, "workspaces/time/shell.html")


def _is_of_shell(request: OrganizationRequest) -> bool:
    return "shell" in request.POST and is_partial(request)


def _shell(request: OrganizationRequest) -> HttpResponse:
    return with_toast(request, render(request, "workspaces/time/shell.html"))


@require_safe
@requires(Permission.VIEW_PROJECTS)
def project_time(request: OrganizationRequest, project_id: UUID) -> HttpResponse:
    """Every entry of a project, newest first."""
    project = visible_project(request, project_id)
    entries = TimeEntry.objects.filter(project=project).finished().select_related("member", "task")
    page = keyset_page(entries, ("-day", "-id"), request.GET)
    return render(request, "workspaces/time/of_project.html", {**head_of(project), "page": page})


def week_url(entry: TimeEntry, request: OrganizationRequest | None = None) -> str:
    is_others = request is not None and entry.member_id != request.member.pk
    return f"{reverse('time_week')}?week={name_of(entry.day)}{f'&member={entry.member_id}' if is_others else ''}"
