from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.client_events import record
from clients.client_merge import address_after
from clients.client_merge_undo import undoable
from clients.forms.client import ClientForm
from clients.forms.row_form import locked
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientTag,
    InformationRequest,
    Project,
    RequestList,
)
from clients.related_group import group_of
from clients.request_progress import Progress, progress_by_client, progress_by_list, progress_of
from clients.timeline import timeline
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

LISTS, EVENTS, BLOCKING, PROJECTS = 8, 10, 3, 3
Verb = ClientEvent.Verb


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_create(request: OrganizationRequest) -> HttpResponse:
    mine = Client.objects.visible_to(request.member)
    form = ClientForm(request.POST or None, member=request.member, initial={"name": request.GET.get("name", "")[:200]})
    if made := form.made_before(mine):
        return redirect(made)
    if form.is_valid() and (client := form.save_once(mine)):
        record(client, Verb.ADDED, by=request.member)
        messages.success(request, f"{client.name} added")
        return redirect(client)
    return render(request, "clients/client/form.html", {"form": form}, status=form.error_status)


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_detail(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    mine = Client.objects.visible_to(request.member)
    client = mine.filter(pk=client_id).first()
    if client is None:
        if went := address_after(client_id, request.member):
            return redirect(went)
        raise Http404("No such client.")
    may_see, may_manage = (request.member.can(need) for need in (Permission.VIEW_REQUESTS, Permission.MANAGE_CLIENTS))
    context = {
        "client": client,
        "contacts": ClientContact.objects.filter(client=client).order_by("-is_primary", "name"),
        "staff": ClientAssignment.objects.filter(client=client)
        .select_related("member")
        .order_by("-is_lead", "member__display_name"),
        "client_tags": ClientTag.objects.filter(taggings__client=client).order_by("name", "id"),
        "group": _group(client, mine, request.member if may_see else None),
        "merges": undoable(request.member).filter(target=client) if may_manage else [],
        "projects": _projects(client, request.member),
        "entries": timeline(client, request.member, size=EVENTS).entries,
        **(_work(client, request.member) if may_see else {}),
    }
    return render(request, "clients/client/detail.html", context)


def _group(client: Client, visible: "QuerySet[Client]", sees: Membership | None) -> list[dict[str, Any]]:
    """Everybody in the client's group, each with how far their requests are."""
    members = group_of(client, visible)
    progress = progress_by_client([row.client.pk for row in members], timezone.localdate(), sees) if sees else {}
    return [{"member": row, "is_own": row.is_own(client), "progress": progress.get(row.client.pk)} for row in members]


def _projects(client: Client, member: Membership) -> "QuerySet[Project]":
    """What is being worked on for the client now."""
    if not member.can(Permission.VIEW_PROJECTS):
        return Project.objects.none()
    active = Project.objects.visible_to(member).filter(client=client, status=Project.Status.ACTIVE)
    return active.select_related("lead").defer("tsv", "description").order_by("end_date", "name", "id")[:PROJECTS]


def _work(client: Client, member: Membership) -> dict[str, Any]:
    """What is asked of the client, for members who see requests."""
    today = timezone.localdate()
    asked = InformationRequest.objects.open_to(member).filter(
        request_list__client=client, request_list__deleted_at=None
    )
    open_now = asked.in_progress().select_related("request_list")
    lists = list(
        RequestList.objects.visible_to(member).filter(client=client).order_by("-status", "-created_at")[:LISTS]
    )
    progress = progress_by_list([found.pk for found in lists], today)
    return {
        "progress": progress_of(asked.in_progress(), today),
        "late": open_now.overdue(today).order_by("due_date", "id")[:BLOCKING],
        "to_review": open_now.to_review().order_by("submitted_at", "id")[:BLOCKING],
        "lists": [{"list": found, "progress": progress.get(found.pk, Progress())} for found in lists],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_update(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    clients = Client.objects.visible_to(request.member)
    client = get_object_or_404(locked(clients) if request.POST else clients, pk=client_id)
    name = client.name
    form = ClientForm(request.POST or None, instance=client, member=request.member)
    if form.is_valid() and form.save_once(clients):
        if form.changed_words:
            record(client, Verb.CHANGED, form.changed_words, by=request.member)
        messages.success(request, f"{client.name} saved")
        return redirect(client)
    context = {"form": form, "client": client, "name": name}
    return render(request, "clients/client/form.html", context, status=form.error_status)


@require_POST
@requires(Permission.MANAGE_CLIENTS, frees_a_place=True)
def client_archiving(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    client.archive()
    record(client, Verb.ARCHIVED, by=request.member)
    messages.success(request, f"{client.name} archived")
    return redirect(client)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_unarchiving(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    client.unarchive()
    record(client, Verb.REACTIVATED, by=request.member)
    messages.success(request, f"{client.name} is active again")
    return redirect(client)
