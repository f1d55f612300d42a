from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.client_search import ORDERS, ClientFilter, sortable
from clients.forms.client import ClientForm
from clients.forms.row_form import locked
from clients.models import Client, ClientAssignment, ClientContact, InformationRequest, RequestEvent, RequestList
from clients.paging import keyset_page
from clients.request_progress import Progress, progress_by_client, progress_by_list, progress_of
from clients.views.partials import is_partial
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

PER_PAGE, LISTS, EVENTS = 50, 8, 10


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_list(request: OrganizationRequest) -> HttpResponse:
    wanted = ClientFilter.read(request.GET)
    found = wanted.apply(Client.objects.visible_to(request.member), request.member)
    page = keyset_page(sortable(found), ORDERS[wanted.order], request.GET, size=PER_PAGE)
    shown = [client.pk for client in page.rows] if request.member.can(Permission.VIEW_REQUESTS) else []
    progress = progress_by_client(shown, timezone.localdate())
    context = {
        "rows": [{"client": client, "progress": progress.get(client.pk, Progress())} for client in page.rows],
        "page": page,
        "count": found.count(),
        "filter": wanted,
        "statuses": Client.Status.choices,
        "types": Client.Kind.choices,
        "is_first_run": not page.rows and not wanted.is_narrow,
        "is_partial": is_partial(request),
    }
    partial = "#table" if context["is_partial"] else ""
    return render(request, f"clients/client/list.html{partial}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_create(request: OrganizationRequest) -> HttpResponse:
    mine = Client.objects.visible_to(request.member)
    form = ClientForm(request.POST or None, member=request.member)
    if made := form.made_before(mine):
        return redirect(made)
    if form.is_valid() and (client := form.save_once(mine)):
        messages.success(request, f"{client.name} added")
        return redirect(client)
    return render(request, "clients/client/form.html", {"form": form}, status=form.error_status)


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_detail(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    context = {
        "client": client,
        "contacts": ClientContact.objects.filter(client=client).order_by("-is_primary", "name"),
        "staff": ClientAssignment.objects.filter(client=client)
        .select_related("member")
        .order_by("-is_lead", "member__display_name"),
        **(_work(client) if request.member.can(Permission.VIEW_REQUESTS) else {}),
    }
    return render(request, "clients/client/detail.html", context)


def _work(client: Client) -> dict[str, Any]:
    """What is asked of the client, for members who see requests."""
    today = timezone.localdate()
    asked = InformationRequest.objects.filter(request_list__client=client, request_list__deleted_at=None)
    lists = list(RequestList.objects.filter(client=client).order_by("-status", "-created_at")[:LISTS])
    progress = progress_by_list([found.pk for found in lists], today)
    return {
        "progress": progress_of(asked.in_progress(), today),
        "oldest": asked.in_progress().overdue(today).order_by("due_date").first(),
        "lists": [{"list": found, "progress": progress.get(found.pk, Progress())} for found in lists],
        "events": RequestEvent.objects.filter(request__in=asked)
        .select_related("request__request_list", "member", "contact")
        .order_by("-created_at")[:EVENTS],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_update(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    clients = Client.objects.visible_to(request.member)
    client = get_object_or_404(locked(clients) if request.POST else clients, pk=client_id)
    name = client.name
    form = ClientForm(request.POST or None, instance=client, member=request.member)
    if form.is_valid() and form.save_once(clients):
        messages.success(request, f"{client.name} saved")
        return redirect(client)
    context = {"form": form, "client": client, "name": name}
    return render(request, "clients/client/form.html", context, status=form.error_status)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_archiving(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    client.archive()
    messages.success(request, f"{client.name} archived")
    return redirect(client)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_unarchiving(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    client.unarchive()
    messages.success(request, f"{client.name} is active again")
    return redirect(client)
