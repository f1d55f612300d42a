from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.entitlements import require
from billing.features import F
from clients import request_bulk, saved_views
from clients.forms.request import assignable
from clients.forms.request_filter import RequestFilter
from clients.forms.request_list import RequestListForm
from clients.forms.request_row import SelectionForm
from clients.forms.row_form import locked
from clients.models import Client, ClientContact, InformationRequest, RequestList
from clients.request_progress import progress_of
from clients.request_rows import COLUMNS, GROUPED, described, groups, in_list, row_items, sorted_rows
from clients.views.partials import is_partial
from clients.views.saved_view import columns_kept
from conversations.live.topics import publish
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

PER_PAGE = 200
GROUPINGS = [("", "Group by area"), ("status", "Group by status"), ("due", "Group by due date")]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_list_create(request: OrganizationRequest) -> HttpResponse:
    mine, initial = RequestList.objects.visible_to(request.member), {"client": preselected(request)}
    form = RequestListForm(request.POST or None, member=request.member, initial=initial)
    if made := form.made_before(mine):
        return redirect(made)
    if form.is_valid() and (made := form.save_once(mine)):
        return redirect(made)
    context = {"form": form, "client": initial["client"]}
    return render(request, "clients/request_list/form.html", context, status=form.error_status)


def preselected(request: OrganizationRequest) -> Client | None:
    try:
        return Client.objects.visible_to(request.member).filter(pk=UUID(request.GET.get("client", ""))).first()
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_list_update(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    lists = RequestList.objects.visible_to(request.member)
    rows = locked(lists) if request.POST else lists.select_related("client")
    request_list = get_object_or_404(rows, pk=list_id)
    title = request_list.title
    form = RequestListForm(request.POST or None, instance=request_list, member=request.member)
    if form.is_valid() and form.save_once(lists):
        messages.success(request, "List saved")
        return redirect(request_list)
    context = {"form": form, "request_list": request_list, "title": title, "client": request_list.client}
    return render(request, "clients/request_list/form.html", context, status=form.error_status)


@require_POST
@requires(Permission.MANAGE_REQUESTS, frees_a_place=True)
def request_list_closing(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    request_list.close()
    publish("request-list", request_list.pk)
    messages.success(request, "List closed")
    return redirect(request_list)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_list_reopening(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if request_list.status == RequestList.Status.CLOSED:
        require(F.REQUEST_LISTS, adding=1)
    request_list.reopen()
    publish("request-list", request_list.pk)
    messages.success(request, "List reopened")
    return redirect(request_list)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_list_publication(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if refusal := refused_closed(request, request_list, "publish its requests"):
        return refusal
    count, tables = request_bulk.publish_all(request_list, by=request.member)
    if count:
        messages.success(request, f"{count} request{'' if count == 1 else 's'} published")
    for item in tables[:5]:
        edit = reverse("request_update", kwargs={"request_id": item.pk})
        said = "Still a draft, a table without rows: <a href='{}'>add the rows of {}</a>"
        messages.warning(request, format_html(said, edit, str(item)[:120]))
    if not (count or tables):
        messages.warning(request, "There was no draft to publish.")
    return redirect(request_list)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_list_detail(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    return detail_page(request, visible_list(request, list_id))


def visible_list(request: OrganizationRequest, list_id: UUID) -> RequestList:
    lists = RequestList.objects.visible_to(request.member).select_related("client", "project")
    return get_object_or_404(lists.defer("project__tsv", "project__description"), pk=list_id)


def chosen_rows(request: OrganizationRequest, request_list: RequestList) -> "QuerySet[InformationRequest]":
    """What the filters in the address leave of a list."""
    everything = InformationRequest.objects.filter(request_list=request_list)
    chosen = RequestFilter(request.GET, member=request.member, reviewers=_reviewers(everything))
    return chosen.apply(everything, timezone.localdate())


def place_of(request: OrganizationRequest, request_list: RequestList, item: InformationRequest | None = None) -> str:
    """The address of the list's page, filters and row from which somebody pressed a button there."""
    query = request.GET.copy()
    query.pop("list", None)
    words = f"?{query.urlencode()}" if query else ""
    return f"{request_list.get_absolute_url()}{words}" + (f"#request-{item.pk}" if item else "")


def refused_closed(request: OrganizationRequest, request_list: RequestList, purpose: str) -> HttpResponse | None:
    """Nothing is asked or changed on a closed list: back to it, with the sentence."""
    if sentence := request_list.refusal(purpose):
        messages.error(request, sentence)
        return redirect(request_list)
    return None


def detail_page(
    request: OrganizationRequest, request_list: RequestList, *, selection: SelectionForm | None = None
) -> HttpResponse:
    """`selection` is the form of a bulk action that was not carried out, and says why."""
    today, everything = timezone.localdate(), InformationRequest.objects.filter(request_list=request_list)
    chosen = RequestFilter(request.GET, member=request.member, reviewers=_reviewers(everything))
    found = chosen.apply(everything, today)
    by = request.GET.get("o", "")
    rows, order = sorted_rows(row_items(found, request_list), by)
    page = keyset_page(rows, order, request.GET, size=PER_PAGE)
    items = described(in_list(page.rows, request_list), request.member)
    contacts = answering(request_list)
    context = {
        "request_list": request_list,
        "progress": progress_of(everything, today),
        "sections": groups(items, by) if "sort_key" in order[0] and items else _sections(items, everything),
        "other_order": by if "sort_key" in order[0] and by.removeprefix("-") not in GROUPED else "",
        "groupings": [(value, label, by.removeprefix("-") == value) for value, label in GROUPINGS],
        "page": page,
        "shown": len(page.rows),
        "count": found.count(),
        "section_count": found.order_by().values("category").distinct().count(),
        "chosen": chosen,
        "selection": selection,
        "may_change": may_change(request, request_list),
        "assignable": assignable(request_list) if may_change(request, request_list) else [],
        "contacts": contacts,
        "last_seen": max(filter(None, (contact.last_seen_at for contact in contacts)), default=None),
        **columns_of(request.member),
    }
    name = "clients/request_list/detail.html"
    return render(request, f"{name}#rows" if is_partial(request) else name, context, status=422 if selection else 200)


def columns_of(member: Membership) -> dict[str, Any]:
    """Which columns the member wants in lists of requests, and all there are."""
    shown = saved_views.shown_columns(saved_views.preference(member, COLUMNS), COLUMNS)
    return {"columns": shown, "offered": saved_views.offered_columns(COLUMNS, shown)}


@require_POST
@requires(Permission.VIEW_REQUESTS)
def request_list_columns(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    columns_kept(request, COLUMNS)
    return redirect(place_of(request, request_list))


def answering(request_list: RequestList) -> list[ClientContact]:
    """Who may answer at the client, the main contact first."""
    people = ClientContact.objects.filter(client=request_list.client_id).with_portal()
    return list(people.order_by("-is_primary", "name", "id"))


def may_change(request: OrganizationRequest, request_list: RequestList) -> bool:
    return request.member.can(Permission.MANAGE_REQUESTS) and request_list.status == RequestList.Status.OPEN


def _sections(items: list[InformationRequest], everything: "QuerySet[InformationRequest]") -> list[dict]:
    """In the order in which the page first mentions them; what is agreed is counted over the whole list."""
    grouped: dict[str, list[InformationRequest]] = {}
    for item in items:
        grouped.setdefault(item.category, []).append(item)
    asked = everything.exclude(status__in=["draft", "waived"]).order_by().values("category")
    counts = asked.annotate(asked=Count("pk"), accepted=Count("pk", filter=Q(status="accepted")))
    agreed = {row.pop("category"): row for row in counts.filter(category__in=grouped)}
    return [{"name": name or "No section", "items": rows, **agreed.get(name, {})} for name, rows in grouped.items()]


def _reviewers(requests: "QuerySet[InformationRequest]") -> dict[str, str]:
    pairs = requests.exclude(assigned_to=None).order_by("assigned_to__display_name")
    return {str(pk): name for pk, name in pairs.values_list("assigned_to", "assigned_to__display_name").distinct()}


def words(request: OrganizationRequest) -> str:
    """What was typed into the search box of a list. PostgreSQL's text has no NUL character; an address may."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]
