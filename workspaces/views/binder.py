from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from clients.views.request_list import words
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.cited import newer_versions
from workspaces.forms.binder import BinderForm, uuid_or_none
from workspaces.models import Binder, Workpaper
from workspaces.numbering import gaps, parts_of, reference_of
from workspaces.paper_status import Standing, standings

STATES = {"open": "Open", "locked": "Locked", "all": "Open and locked"}


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def binder_list(request: OrganizationRequest) -> HttpResponse:
    query, state = words(request), request.GET.get("state", "open")
    binders = Binder.objects.visible_to(request.member)
    if state in ("open", "locked"):
        binders = binders.filter(locked_at__isnull=state == "open")
    if query:
        binders = binders.filter(Q(project__name__icontains=query) | Q(project__client__name__icontains=query))
    context = {
        "query": query,
        "state": state,
        "states": STATES,
        "today": timezone.localdate(),
        **_page(request, binders),
    }
    return render(request, "workspaces/binder/list.html", context)


def _page(request: OrganizationRequest, binders: "QuerySet[Binder]") -> dict[str, Any]:
    """A page of binders, newest period first, with how many papers each has and how many of them are signed."""
    page = keyset_page(
        binders.select_related("project__client", "created_by"), ("-period_end", "-id"), request.GET, size=25
    )
    living = Q(workpapers__deleted_at=None)
    counted = Binder.objects.filter(pk__in=[binder.pk for binder in page.rows]).annotate(
        papers=Count("workpapers", filter=living)
    )
    counts = dict(counted.values_list("pk", "papers"))
    return {"page": page, "rows": [{"binder": binder, "papers": counts.get(binder.pk, 0)} for binder in page.rows]}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def binder_create(request: OrganizationRequest) -> HttpResponse:
    mine = Binder.objects.visible_to(request.member)
    initial = {
        "client": uuid_or_none(request.GET.get("client", "")),
        "project": uuid_or_none(request.GET.get("project", "")),
        "currency": request.organization.currency,
    }
    form = BinderForm(request.POST or None, member=request.member, initial=initial)
    if made := form.made_before(mine):
        return redirect(made)
    if form.is_valid() and (made := form.save_once(mine)):
        messages.success(request, "Binder made. Add its first papers.")
        return redirect(made)
    return render(request, "workspaces/binder/form.html", {"form": form}, status=form.error_status)


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def binder_detail(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    context = {"binder": binder, "next_binder": next_binder(request, binder), **index_of(request, binder)}
    return render(request, "workspaces/binder/detail.html", context)


def next_binder(request: OrganizationRequest, binder: Binder) -> Binder | None:
    """What this one was rolled forward to, if the member may see it."""
    return Binder.objects.visible_to(request.member).filter(rolled_from=binder).first()


def visible_binder(request: OrganizationRequest, binder_id: UUID) -> Binder:
    binders = Binder.objects.visible_to(request.member).select_related("project__client", "locked_by", "legal_hold_by")
    return get_object_or_404(binders, pk=binder_id)


def index_of(request: OrganizationRequest, binder: Binder) -> dict[str, Any]:
    """The whole index: a binder is read as one list, and its rows carry no bodies."""
    query = words(request)
    papers = Workpaper.objects.filter(binder=binder).defer("body", "tsv").in_order()
    references = [paper.reference for paper in papers]
    shown = [paper for paper in papers if query.casefold() in f"{paper.reference} {paper.title}".casefold()]
    for paper in shown:
        paper.binder = binder
    rows = standings(shown, needs_partner=binder.needs_partner)
    newer = newer_versions(Workpaper.objects.filter(binder=binder))
    for row in rows:
        row.newer = newer.get(row.paper.pk, 0)
    if not query:
        mark_neighbours(rows)
    return {"query": query, "sections": _sections(binder, rows), "count": len(references), "gaps": gaps(references)}


def _sections(binder: Binder, rows: list[Standing]) -> list[dict[str, Any]]:
    """In the order of the binder's scheme; letters it does not name follow."""
    titles = binder.section_titles
    letters = [
        *titles,
        *sorted({row.paper.section for row in rows} - titles.keys(), key=lambda name: (len(name), name)),
    ]
    grouped: dict[str, list[Standing]] = {letter: [] for letter in letters}
    for row in rows:
        grouped[row.paper.section].append(row)
    return [
        {"letter": letter, "title": titles.get(letter, ""), "rows": found} for letter, found in grouped.items() if found
    ]


def mark_neighbours(rows: list[Standing]) -> None:
    """To each paper the one of its level before it, and the one it stands in front of when it moves down."""
    levels: dict[str, list[Standing]] = {}
    for row in rows:
        letter, numbers = parts_of(row.paper.reference) or (row.paper.section, ())
        if numbers:
            row.level = reference_of(letter, numbers[:-1])
            levels.setdefault(row.level, []).append(row)
    for level in levels.values():
        for at, row in enumerate(level):
            row.before = level[at - 1].paper.pk if at else None
            row.has_after = at + 1 < len(level)
            row.after = level[at + 2].paper.pk if at + 2 < len(level) else None


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def client_workpapers(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """The client's newest binder, or the one the address names, as an index."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    binders = list(
        Binder.objects.visible_to(request.member)
        .filter(project__client=client)
        .select_related("project__client")
        .order_by("-period_end", "-id")[:50]
    )
    named = uuid_or_none(request.GET.get("binder", ""))
    binder = next((found for found in binders if found.pk == named), binders[0] if binders else None)
    context: dict[str, Any] = {"client": client, "binders": binders, "binder": binder}
    if binder:
        context |= index_of(request, binder)
    return render(request, "workspaces/binder/of_client.html", context)
