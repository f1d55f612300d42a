"""The list of scoping sessions, and what is done with a whole one: made, described, duplicated, deleted, brought back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from clients.models import Client
from clients.views.partials import is_partial
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.forms.scoping import ScopingSessionForm
from workspaces.models import ScopingSession
from workspaces.projects.search import id_or_empty
from workspaces.scoping import copying, saving
from workspaces.scoping.page import PARTS, visible
from workspaces.scoping.purging import kept_for
from workspaces.scoping.search import ScopingFilter
from workspaces.scoping.typed import changes_in
from workspaces.views.scoping import visible_session
from workspaces.views.scoping_merge import refusal

PER_PAGE = 50


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_list(request: OrganizationRequest) -> HttpResponse:
    wanted = ScopingFilter.read(request.GET)
    found = wanted.apply(visible(request.member).without_document(), request.member)
    page = keyset_page(found, ("-updated_at", "-uuid"), request.GET, size=PER_PAGE)
    context = {
        "page": page, "count": found.count(), "filter": wanted, "kinds": ScopingSession.Kind.choices,
        "clients": clients_to_choose(request.member), "is_partial": is_partial(request),
        "is_first_run": not page.rows and not wanted.is_narrow,
    }  # fmt: skip
    partial = "#table" if context["is_partial"] else ""
    return render(request, f"workspaces/scoping/list.html{partial}", context)


@require_safe
@requires(Permission.VIEW_SCOPING)
def client_scoping(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """What was scoped for one client."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    sessions = ScopingSession.objects.filter(client=client, is_template=False).select_related("owner")
    page = keyset_page(sessions.without_document(), ("-updated_at", "-uuid"), request.GET, size=PER_PAGE)
    return render(request, "workspaces/scoping/of_client.html", {"client": client, "page": page})


def clients_to_choose(member: Membership) -> list[tuple[str, str]]:
    """Those that have a session."""
    scoped = ScopingSession.objects.exclude(client=None).values("client")
    clients = Client.objects.visible_to(member).filter(pk__in=scoped).order_by("name", "id")[:200]
    return [(str(pk), name) for pk, name in clients.values_list("pk", "name")]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
def scoping_create(request: OrganizationRequest) -> HttpResponse:
    initial = {
        "client": id_or_empty(request.GET.get("client", "")) or None,
        "template": id_or_empty(request.GET.get("template", "")) or None,
        "owner": request.member.pk,
    }
    return _form(request, ScopingSession(), initial)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
def scoping_update(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    rows = visible(request.member)
    return _form(request, get_object_or_404(locked(rows) if request.POST else rows, pk=scoping_id))


def _form(request: OrganizationRequest, session: ScopingSession, initial: dict[str, Any] | None = None) -> HttpResponse:
    is_new, title, rows = session._state.adding, session.title, visible(request.member)
    form = ScopingSessionForm(request.POST or None, instance=session, member=request.member, initial=initial)
    if is_new and (made := form.made_before(rows)):
        return redirect(made)
    if form.is_valid() and (saved := form.save_once(rows)):
        messages.success(request, "Session made" if is_new else "Session saved")
        return redirect(saved)
    context = {"form": form, "session": None if is_new else session, "title": title}
    return render(request, "workspaces/scoping/form.html", context, status=form.error_status)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_copy(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    made = copying.duplicate(visible_session(request, scoping_id), by=request.member)
    messages.success(request, f"Duplicated as {made.reference}")
    return redirect(made)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_keeping(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    made = copying.keep_as_template(visible_session(request, scoping_id), by=request.member)
    messages.success(request, "Template made. The client, the notes and their quotes are left out.")
    return redirect(made)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_removal(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    copying.put_into_trash(session)
    messages.success(request, f"“{session.title}” moved to the trash")
    return redirect("scoping_list")


@require_safe
@requires(Permission.WRITE_SCOPING)
def scoping_trash(request: OrganizationRequest) -> HttpResponse:
    deleted = copying.in_trash(request.member).without_document().select_related("client")
    page = keyset_page(deleted, ("-deleted_at", "-uuid"), request.GET)
    context = {"page": page, "kept_days": kept_for().days}
    return render(request, "workspaces/scoping/trash.html", context)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_restoration(request: OrganizationRequest, deleted_scoping_id: UUID) -> HttpResponse:
    """With what somebody typed in it while it went into the trash, if they come from there."""
    part = request.POST.get("part", "")
    session = copying.in_trash(request.member).filter(pk=deleted_scoping_id).first()
    if session:
        copying.restore(session)
        messages.success(request, f"“{session.title}” is back")
    elif part in PARTS:  # somebody was quicker
        session = visible_session(request, deleted_scoping_id)
    else:
        raise Http404
    if part not in PARTS:
        return redirect(session)
    outcome = saving.save(session, changes_in(request.POST), by=request.member)
    return refusal(request, outcome, part) or redirect("scoping_page", scoping_id=session.pk, part=part)
