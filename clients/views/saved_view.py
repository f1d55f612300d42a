"""Views of a list: keep the filters shown, rename, share, open with, forget; and the columns a member wants to see."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clients import saved_views
from clients.forms.saved_view import ColumnsForm, SavedViewForm
from clients.models import ListPreference, SavedView
from clients.saved_views import ListKind
from organizations.access import any_member
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def saved_view_create(request: OrganizationRequest, list_name: str) -> HttpResponse:
    """Keep what stands in the address after `?` under a name. GET asks for the name where no dialog could."""
    kind = _kind(request, list_name)
    query = saved_views.query_of(request.GET, kind)[:2000]
    view = SavedView(member=request.member, list=kind.name, query=query)
    form = SavedViewForm(request.POST if request.method == "POST" else None, instance=view)
    if form.is_valid() and _kept(form):
        if form.cleaned_data["is_default"]:
            _open_with(request, kind, view)
        messages.success(request, f"View “{view.name}” saved")
        return redirect(saved_views.address_of(view, kind))
    context = {"form": form, "kind": kind, "back": f"{kind.address}?{query or kind.everything}", "view": None}
    return render(request, "clients/saved_view/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def saved_view_update(request: OrganizationRequest, view_id: UUID) -> HttpResponse:
    """Its maker changes it; everybody who sees it may open the list with it."""
    view, kind = _view(request, view_id)
    opens = saved_views.preference(request.member, kind).default_view_id == view.pk
    if not _may_change(request, view):
        context = {"view": view, "kind": kind, "opens": opens, "back": saved_views.address_of(view, kind)}
        return render(request, "clients/saved_view/shared.html", context)
    form = SavedViewForm(
        request.POST if request.method == "POST" else None, instance=view, initial={"is_default": opens}
    )
    if form.is_valid() and _kept(form):
        _open_with(request, kind, view if form.cleaned_data["is_default"] else None, instead_of=view)
        messages.success(request, f"View “{view.name}” saved")
        return redirect(saved_views.address_of(view, kind))
    context = {"form": form, "view": view, "kind": kind, "back": saved_views.address_of(view, kind)}
    return render(request, "clients/saved_view/form.html", context, status=422 if form.errors else 200)


@require_POST
@any_member
def saved_view_opening(request: OrganizationRequest, view_id: UUID) -> HttpResponse:
    """Open the list with this view, or not any more."""
    view, kind = _view(request, view_id)
    opens = saved_views.preference(request.member, kind).default_view_id == view.pk
    _open_with(request, kind, None if opens else view)
    messages.success(request, "The list opens with all rows again" if opens else f"The list opens with “{view.name}”")
    return redirect(saved_views.address_of(view, kind))


@require_POST
@any_member
def saved_view_removal(request: OrganizationRequest, view_id: UUID) -> HttpResponse:
    view, kind = _view(request, view_id)
    if not _may_change(request, view):
        raise Http404("Somebody else’s view.")
    view.delete()
    messages.success(request, f"View “{view.name}” removed")
    return redirect(f"{kind.address}?{view.query or kind.everything}")


@require_POST
@any_member
def list_columns(request: OrganizationRequest, list_name: str) -> HttpResponse:
    kind = _kind(request, list_name)
    columns_kept(request, kind)
    query = request.GET.urlencode()
    return redirect(f"{kind.address}?{query or kind.everything}")


def columns_kept(request: OrganizationRequest, kind: ListKind) -> None:
    form = ColumnsForm(request.POST, kind=kind)
    if form.is_valid():
        wanted = None if "usual" in request.POST else form.cleaned_data["columns"]
        saved_views.keep_columns(request.member, kind, wanted)
        messages.success(request, "Columns saved")


def _kept(form: SavedViewForm) -> bool:
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("name", "You have a view of this name.")
        return False
    return True


def _open_with(
    request: OrganizationRequest, kind: ListKind, view: SavedView | None, *, instead_of: SavedView | None = None
) -> None:
    """`instead_of` keeps another default as it is: taking the tick from one view does not touch a second."""
    chosen = saved_views.preference(request.member, kind)
    if view is None and (instead_of is not None and chosen.default_view_id != instead_of.pk):
        return
    ListPreference.objects.update_or_create(member=request.member, list=kind.name, defaults={"default_view": view})


def _kind(request: OrganizationRequest, list_name: str) -> ListKind:
    kind = saved_views.kinds.get(list_name)
    if kind is None or not request.member.can(kind.permission):
        raise Http404("No such list.")
    return kind.at(request.GET.get("at", ""))


def _view(request: OrganizationRequest, view_id: UUID) -> tuple[SavedView, ListKind]:
    names = [name for name, kind in saved_views.kinds.items() if request.member.can(kind.permission)]
    views = SavedView.objects.filter(list__in=names).select_related("member")
    mine = views.filter(member=request.member) | views.filter(is_shared=True)
    view = get_object_or_404(mine, pk=view_id)
    return view, saved_views.kinds[view.list].at(request.GET.get("at", ""))


def _may_change(request: OrganizationRequest, view: SavedView) -> bool:
    """Its maker; and whoever manages the firm, lest a shared view outlives a member who has left."""
    return view.member_id == request.member.pk or request.member.can(Permission.MANAGE_FIRM)


def bar(request: OrganizationRequest, kind: ListKind, *, fixed: Any, rows: Any) -> dict[str, Any]:
    """What a list's template needs for tabs, “Save view” and columns."""
    chosen = saved_views.preference(request.member, kind)
    shown = saved_views.shown_columns(chosen, kind)
    return {
        "kind": kind,
        "tabs": saved_views.tabs(request.member, kind, request.GET, fixed=fixed, rows=rows),
        "shown": shown,
        "offered": saved_views.offered_columns(kind, shown),
        "view_query": saved_views.query_of(request.GET, kind),
        "opens": saved_views.opening(request.member, kind, chosen, request.GET),
    }
