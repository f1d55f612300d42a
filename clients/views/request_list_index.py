"""The lists of requests, of the whole firm and of one client: filters, order, columns and views."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.models import Client, ClientAssignment, RequestList
from clients.request_list_search import ORDERS, STATES, TURNS, ListFilter, sortable
from clients.request_progress import Progress, progress_by_list
from clients.saved_views import ListKind, register
from clients.views.partials import is_partial
from clients.views.saved_view import bar
from look.paging import Page, keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

KIND = register(
    ListKind(
        "request-lists", "request_list_index", Permission.VIEW_REQUESTS,
        (
            ("client", "Client", True), ("period", "Period", False), ("state", "State", True),
            ("progress", "Accepted", True), ("due", "Final due date", True), ("lead", "Lead", False),
            ("maker", "Made by", True), ("added", "Made", False),
        ),
    )
)  # fmt: skip
TABS = (
    ("Open", ""), ("Mine", "who=me"), ("Overdue", "turn=late"), ("To review", "turn=firm"), ("Closed", "state=closed"),
)  # fmt: skip


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_list_index(request: OrganizationRequest) -> HttpResponse:
    found = bar(request, KIND, fixed=TABS, rows=lambda query: _rows_of(request.member, query))
    if found["opens"]:
        return redirect(found["opens"])
    wanted, rows = ListFilter.read(request.GET), _rows_of(request.member, request.GET)
    context = {
        **found,
        **_shown(keyset_page(sortable(rows), ORDERS[wanted.order], request.GET), found["shown"]),
        "count": rows.count(),
        "filter": wanted,
        "states": STATES.items(),
        "turns": TURNS.items(),
        "people": Membership.objects.active().exclude(pk=request.member.pk).order_by("display_name", "id"),
        "is_partial": is_partial(request),
    }
    partial = "#table" if context["is_partial"] else ""
    return render(request, f"clients/request_list/index.html{partial}", context)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def client_requests(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    lists = RequestList.objects.visible_to(request.member).filter(client=client).select_related("client", "created_by")
    shown = [name for name in KIND.usual_columns if name != "client"]
    page = keyset_page(lists, ("-created_at", "-id"), request.GET)
    return render(request, "clients/request_list/of_client.html", {"client": client, **_shown(page, shown)})


def _rows_of(member: Membership, params: QueryDict) -> "QuerySet[RequestList]":
    """The lists that an address of the page speaks of."""
    lists = RequestList.objects.visible_to(member).select_related("client", "created_by")
    return ListFilter.read(params).apply(lists, member)


def _shown(page: Page, columns: Sequence[str]) -> dict[str, Any]:
    """What the columns ask for, in one query each for the whole page."""
    progress = progress_by_list([found.pk for found in page.rows], timezone.localdate())
    leads = _leads({found.client_id for found in page.rows}) if "lead" in columns else {}
    rows = [
        {"list": found, "progress": progress.get(found.pk, Progress()), "lead": leads.get(found.client_id, "")}
        for found in page.rows
    ]
    return {"rows": rows, "page": page, "shown": columns}


def _leads(clients: set[UUID]) -> dict[UUID, str]:
    leading = ClientAssignment.objects.filter(client__in=clients, is_lead=True)
    return dict(leading.values_list("client", "member__display_name"))
