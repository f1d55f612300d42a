"""The list of clients: filters, order, columns and views; and the same rows as a file."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import dates, timezone
from django.views.decorators.http import require_safe

from audit.log import record
from clients import client_export
from clients.client_bulk import MOST, database_now, mark
from clients.client_search import MONTHS, ORDERS, TURNS, ClientFilter, sortable
from clients.industries import industries
from clients.models import Client, ClientContact, ClientTag, InformationRequest
from clients.request_progress import Progress, progress_by_client
from clients.saved_views import ListKind, Tab, register
from clients.streamed import StreamedPieces
from clients.tags import tags_of
from clients.views.partials import is_partial
from clients.views.saved_view import bar
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

PER_PAGE = 50
KIND = register(
    ListKind(
        "clients", "client_list", Permission.VIEW_CLIENTS,
        (
            ("code", "Code", True), ("type", "Kind", False), ("industry", "Industry", False),
            ("progress", "Requests accepted", True), ("state", "State", True), ("due", "Next due", True),
            ("lead", "Lead", True), ("tags", "Tags", False), ("contact", "Main contact", False),
            ("year_end", "Year end", False), ("added", "Added", False),
        ),
    )
)  # fmt: skip
ABOUT_REQUESTS = {"progress", "due"}


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_list(request: OrganizationRequest) -> HttpResponse:
    found = bar(request, KIND, fixed=_fixed_tabs(request.member), rows=lambda query: rows_of(request.member, query))
    if found["opens"]:
        return redirect(found["opens"])
    return list_page(request, found)


def list_page(request: OrganizationRequest, found: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
    """The page, also with the errors of a change to many rows."""
    if found is None:
        found = bar(request, KIND, fixed=_fixed_tabs(request.member), rows=lambda query: rows_of(request.member, query))
    seen, wanted = database_now(), ClientFilter.read(request.GET)  # the clock first: what changes after it is news
    rows = rows_of(request.member, request.GET)
    page = keyset_page(sortable(rows), ORDERS[wanted.order], request.GET, size=PER_PAGE)
    may_see = request.member.can(Permission.VIEW_REQUESTS)
    shown = [name for name in found["shown"] if may_see or name not in ABOUT_REQUESTS]
    context = {
        **found,
        "shown": shown,
        "summary": _summary(found["tabs"]),
        "rows": described(page.rows, shown, request.member),
        "page": page,
        "count": rows.count(),
        "filter": wanted,
        **_choices(request.member, may_see=may_see),
        "seen": seen.isoformat(),
        "most": MOST,
        "is_first_run": not page.rows and not wanted.is_narrow,
        "is_partial": is_partial(request),
        **more,
    }
    partial = "#table" if context["is_partial"] else ""
    status = 422 if "problem" in more else 200
    return render(request, f"clients/client/list.html{partial}", context, status=status)


def rows_of(member: Membership, params: QueryDict) -> "QuerySet[Client]":
    """The clients that an address of the list speaks of."""
    return ClientFilter.read(params).apply(Client.objects.visible_to(member), member)


def described(clients: list[Any], shown: list[str], member: Membership) -> list[dict[str, Any]]:
    """What the columns ask for, in one query each for the whole page."""
    ids, today = [client.pk for client in clients], timezone.localdate()
    progress = progress_by_client(ids, today, member) if member.can(Permission.VIEW_REQUESTS) else {}
    due = _next_due(ids, member) if "due" in shown else {}
    tags = tags_of(ids) if "tags" in shown else {}
    may_ask = member.can(Permission.MANAGE_REQUESTS)  # and so may send the main contact a portal link
    contacts = _main_contacts(ids) if may_ask or "contact" in shown else {}
    return [
        {
            "client": client,
            "mark": mark(client),
            "progress": progress.get(client.pk, Progress()),
            "due": due.get(client.pk),
            "tags": tags.get(client.pk, []),
            "contact": contacts.get(client.pk),
        }
        for client in clients
    ]


def _next_due(ids: list[UUID], member: Membership) -> dict[UUID, date]:
    waiting = InformationRequest.objects.in_progress().with_client().open_to(member)
    waiting = waiting.filter(request_list__client__in=ids)
    pairs = waiting.order_by().values("request_list__client").annotate(due=Min("due_date"))
    return {row["request_list__client"]: row["due"] for row in pairs if row["due"]}


def _main_contacts(ids: list[UUID]) -> dict[UUID, ClientContact]:
    contacts = ClientContact.objects.filter(client__in=ids).order_by("is_primary", "-created_at")
    return {contact.client_id: contact for contact in contacts}


def _summary(tabs: list[Tab]) -> str:
    """“38 clients, 4 with overdue requests”: what the tabs of the whole firm have counted already."""
    counts = {tab.label: tab.count for tab in tabs if tab.view is None}
    words = f"{counts['All']} client{'' if counts['All'] == '1' else 's'}"
    late = counts.get("Overdue", "0")
    return words if late == "0" else f"{words}, {late} with overdue requests"


def _fixed_tabs(member: Membership) -> list[tuple[str, str]]:
    found = [("All", ""), ("My clients", "staff=me")]
    return [*found, ("Overdue", "turn=late")] if member.can(Permission.VIEW_REQUESTS) else found


def _choices(member: Membership, *, may_see: bool) -> dict[str, Any]:
    people = Membership.objects.active().exclude(pk=member.pk).order_by("display_name", "id")
    return {
        "statuses": Client.Status.choices,
        "types": Client.Kind.choices,
        "turns": TURNS.items() if may_see else [],
        "people": [(str(person.pk), person.display_name) for person in people],
        "months": [(month, dates.MONTHS[int(month)]) for month in MONTHS],
        "industries": industries(),
        "tag_choices": [(str(tag.pk), tag.name) for tag in ClientTag.objects.order_by("name", "id")],
    }


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_export_csv(request: OrganizationRequest) -> StreamingHttpResponse:
    """Exactly the rows of the filters in the address."""
    return export(request, rows_of(request.member, request.GET), "csv")


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_export_xlsx(request: OrganizationRequest) -> StreamingHttpResponse:
    return export(request, rows_of(request.member, request.GET), "xlsx")


def export(request: OrganizationRequest, rows: "QuerySet[Client]", kind: str) -> StreamingHttpResponse:
    """The file, and a line in the audit trail before its first byte."""
    wanted = ClientFilter.read(request.GET)
    said = {name: value for name, value in vars(wanted).items() if value}
    record("export", request.organization, table="clients", format=kind, rows=rows.count(), filters=said)
    pieces, content_type = {
        "csv": (client_export.csv_pieces, client_export.CSV),
        "xlsx": (client_export.xlsx_pieces, client_export.XLSX),
    }[kind]
    place = (request.organization.pk, request.member.user_id)
    made = pieces(place, lambda: rows.all(), ORDERS[wanted.order])
    name = f"clients-{timezone.localdate().isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamedPieces(made, content_type=content_type, headers=headers)
