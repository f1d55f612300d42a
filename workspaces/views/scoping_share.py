"""Sending a session: frozen, shared by a link, watched, ended; and what was accepted."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Project
from conversations.people import listed
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.scoping_share import ShareForm
from workspaces.models import ScopingSession, SessionAcceptance, SessionShare, SessionSnapshot, ShareView
from workspaces.scoping import accepting, comparing, following, freezing, mailing, pictures, sharing
from workspaces.scoping.page import SessionPage
from workspaces.views.scoping import tabs_of, visible_session

#: Beside the shares; all of them have a page.
MOST_BESIDE = 10


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_shares(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    return _page(request, session, _form(session))


def _form(session: ScopingSession, data: QueryDict | None = None) -> ShareForm:
    return ShareForm(data, uploaded=pictures.uploaded(session), contacts=mailing.recipients(session))


def _page(
    request: OrganizationRequest, session: ScopingSession, form: ShareForm, link: str = "", status: int = 200
) -> HttpResponse:
    shares = SessionShare.objects.filter(snapshot__session=session).select_related(
        "snapshot", "created_by", "revoked_by", "contact"
    )
    page = keyset_page(shares, ("-created_at", "-id"), request.GET, size=20)
    snapshots = _snapshots_of(session).order_by("-number")[:MOST_BESIDE]
    views = _views_of(session)
    accepted = accepting.last_accepted(session)
    context = {
        "session": session, "form": form, "link": link, "page": page, "snapshots": snapshots,
        "views": views.order_by("-created_at")[:MOST_BESIDE], "accepted": accepted,
        "project": accepted and Project.objects.visible_to(request.member).filter(pk=accepted.project_id).first(),
        "findings": SessionPage(session, request.organization).findings, "parts": tabs_of(session, ""),
    }  # fmt: skip
    return render(request, "workspaces/scoping/shares.html", context, status=status)


def _views_of(session: ScopingSession) -> "QuerySet[ShareView]":
    return ShareView.objects.filter(share__snapshot__session=session).select_related("share")


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_share_log(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    """Everybody who came to a link of the session, or tried to."""
    session = visible_session(request, scoping_id)
    page = keyset_page(_views_of(session), ("-created_at", "-id"), request.GET)
    context = {"session": session, "page": page, "parts": tabs_of(session, "")}
    return render(request, "workspaces/scoping/share_log.html", context)


def _snapshots_of(session: ScopingSession) -> "QuerySet[SessionSnapshot]":
    return SessionSnapshot.objects.filter(session=session).defer("document", "content")


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_snapshots(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    """Everything that was ever frozen of the session."""
    session = visible_session(request, scoping_id)
    page = keyset_page(_snapshots_of(session), ("-number", "-id"), request.GET)
    context = {"session": session, "page": page, "parts": tabs_of(session, "")}
    return render(request, "workspaces/scoping/snapshots.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_SCOPING)
def scoping_sharing(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    """Mailed, or a link which the answer shows, once: only its hash is kept. Whoever comes back to it gets the page."""
    session = visible_session(request, scoping_id)
    if request.method != "POST":
        return redirect("scoping_shares", scoping_id=session.pk)
    form = _form(session, request.POST)
    if not form.is_valid():
        return _page(request, session, form, status=422)
    try:
        version, sent, unsent, link = _share(request, session, form)
    except (freezing.NotReady, mailing.NotMailed) as refused:
        form.add_error(None, str(refused))
        return _page(request, session, form, status=422)
    if sent:
        messages.success(request, f"Frozen as version {version}. On its way to {listed(sent)}.")
    for why in unsent:
        messages.error(request, why)
    if not link:
        return redirect("scoping_shares", scoping_id=session.pk)
    if not sent:
        messages.success(request, f"Frozen as version {version} and shared with {form.cleaned_data['name']}")
    return _page(request, session, _form(session), link)


@transaction.atomic
def _share(
    request: OrganizationRequest, session: ScopingSession, form: ShareForm
) -> tuple[int, list[str], list[str], str]:
    """The version that is frozen, who is mailed it, why others are not, and the link to give away, if asked for."""
    snapshot = freezing.freeze(session, request.organization, by=request.member)
    sent, unsent = mailing.mail(snapshot, form.cleaned_data.get("contacts") or (), by=request.member, **form.values())
    if not form.cleaned_data["name"]:
        return snapshot.version, sent, unsent, ""
    made, secret = sharing.share(snapshot, by=request.member, **form.values())
    return snapshot.version, sent, unsent, sharing.address(made, secret)


@require_POST
@requires(Permission.SEND_SCOPING)
def scoping_share_end(request: OrganizationRequest, scoping_id: UUID, share_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    share = get_object_or_404(SessionShare, pk=share_id, snapshot__session=session)
    sharing.end(share, by=request.member)
    messages.success(request, f"The link for {share.name} opens nothing any more")
    return redirect("scoping_shares", scoping_id=session.pk)


@require_POST
@requires(Permission.SEND_SCOPING)
def scoping_share_mailing(request: OrganizationRequest, scoping_id: UUID, share_id: UUID) -> HttpResponse:
    """Once more, with another link."""
    session = visible_session(request, scoping_id)
    share = get_object_or_404(SessionShare.objects.living().filter(snapshot__session=session), pk=share_id)
    try:  # whose client the session was before is no recipient any more
        mailing.queue(share, mailing.recipients(session).filter(pk=share.contact_id).first())
    except mailing.NotMailed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"On its way to {share.name} again. The link of the earlier mail ends with it.")
    return redirect("scoping_shares", scoping_id=session.pk)


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_snapshot(request: OrganizationRequest, scoping_id: UUID, number: int) -> HttpResponse:
    """What was sent, and what it changes in what was accepted before: the change order."""
    session = visible_session(request, scoping_id)
    snapshot = get_object_or_404(SessionSnapshot.objects.select_related("created_by"), session=session, number=number)
    before = SessionAcceptance.objects.filter(snapshot__session=session, snapshot__number__lt=number)
    base = before.select_related("snapshot").order_by("-snapshot__number").first()
    page = SessionPage(session, request.organization)
    accepted = SessionAcceptance.objects.filter(snapshot=snapshot).select_related("project").first()
    context = {
        "session": session, "snapshot": snapshot, "base": base, "accepted": accepted,
        "to_adjust": base and accepted and to_adjust(request, base, accepted), "parts": tabs_of(session, ""),
        "content": freezing.shown(snapshot.content, list(SessionShare.Part.values)),
        "is_whole": freezing.digest(snapshot.content) == snapshot.sha256,
        "changes": comparing.changes(base.snapshot.document, snapshot.document) if base else [],
        "difference": change_in_fee(page, base, snapshot),
    }  # fmt: skip
    return render(request, "workspaces/scoping/snapshot.html", context)


def to_adjust(
    request: OrganizationRequest, base: SessionAcceptance, accepted: SessionAcceptance
) -> list[following.Difference]:
    """What in the project still says what was accepted before; nothing of a project that is not theirs to see."""
    project = Project.objects.visible_to(request.member).filter(pk=accepted.project_id).first()
    if project is None or base.project_id != project.pk:
        return []
    found = following.differences(project, base.snapshot, accepted.snapshot)
    return [one for one in found if one.is_open]


def change_in_fee(page: SessionPage, base: SessionAcceptance | None, snapshot: SessionSnapshot) -> str:
    if base is None:
        return ""
    change = snapshot.content["total"] - base.snapshot.content["total"]
    return f"{'+' if change >= 0 else '−'}{page.money(abs(change))}"
