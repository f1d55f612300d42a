"""What happened in the firm last, as far as a member may see: steps of requests, comments, signatures, shares.

Each kind is asked for its newest few, permissions and walls in SQL; what the page shows is the newest of all of them.
"""

from typing import Any

from clients.models import InformationRequest, RequestEvent
from clients.timeline import Entry
from conversations.newest import newest_comments
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ScopingSession, SessionShare, SignOff, Workpaper

SHOWN = 8


def latest(member: Membership) -> list[Entry]:
    found = [*_steps(member), *_comments(member), *_signatures(member), *_shares(member)]
    return sorted(found, reverse=True)[:SHOWN]


def _steps(member: Membership) -> list[Entry]:
    if not member.can(Permission.VIEW_REQUESTS):
        return []
    rows = RequestEvent.objects.filter(request__in=InformationRequest.objects.visible_to(member))
    rows = rows.select_related("request__request_list", "member", "contact").order_by("-created_at")
    return [_step(row) for row in rows[:SHOWN]]


def _step(row: RequestEvent) -> Entry:
    asked, moment = row.request, (row.created_at, row.pk)
    href, by_client = asked.get_absolute_url(), row.contact_id is not None
    return Entry(moment, row.actor_name, row.verb, asked.title, asked.reference, href, is_client=by_client)


def _comments(member: Membership) -> list[Entry]:
    return [
        Entry(
            (said.comment.created_at, said.comment.pk), said.comment.author_name, "commented on", said.title,
            said.reference, said.url, is_client=said.comment.member_id is None,
        )
        for said in newest_comments(member, SHOWN)
    ]  # fmt: skip


def _signatures(member: Membership) -> list[Entry]:
    if not member.can(Permission.VIEW_WORKPAPERS):
        return []
    rows = SignOff.objects.standing().filter(workpaper__in=Workpaper.objects.visible_to(member))
    rows = rows.select_related("member", "workpaper").defer("workpaper__body", "workpaper__tsv").order_by("-pk")
    return [_signature(row) for row in rows[:SHOWN]]


def _signature(row: SignOff) -> Entry:
    paper, role = row.workpaper, f"as {row.get_role_display().lower()}"
    moment, href = (row.signed_at, row.pk), paper.get_absolute_url()
    return Entry(moment, str(row.member), "signed", paper.title, paper.reference, href, said=role)


def _shares(member: Membership) -> list[Entry]:
    if not member.can(Permission.VIEW_SCOPING):
        return []
    rows = SessionShare.objects.filter(snapshot__session__in=ScopingSession.objects.visible_to(member))
    needed = [f"snapshot__session__{name}" for name in ("organization", "id", "title")]
    rows = rows.select_related("created_by", "snapshot__session").only(
        "created_at", "created_by__display_name", "snapshot__organization", "snapshot__version", *needed
    )
    return [_share(row) for row in rows.order_by("-pk")[:SHOWN]]


def _share(row: Any) -> Entry:
    session, verb = row.snapshot.session, f"shared version {row.snapshot.version} of"
    by, href = str(row.created_by or "Tickmark"), session.get_absolute_url()
    return Entry((row.created_at, row.pk), by, verb, session.title, session.reference, href)
