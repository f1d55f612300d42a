"""Projects, files with their signatures, and scoping in a client's timeline."""

from typing import Any

from django.db.models import QuerySet

from clients.models import Client, Project
from clients.timeline import Entry, Source
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import Binder, ScopingSession, SessionAcceptance, SignOff, Workpaper


def _projects(client: Client, member: Membership) -> "QuerySet[Project]":
    rows = Project.objects.visible_to(member).filter(client=client)
    return rows.select_related("created_by").defer("tsv", "description")


def _project(row: Project) -> Entry:
    return _made(row, "began the project", row.name)


def _binders(client: Client, member: Membership) -> "QuerySet[Binder]":
    rows = Binder.objects.visible_to(member).filter(project__client=client, project__deleted_at=None)
    return rows.select_related("project", "created_by", "locked_by").defer("legend", "index_scheme", "project__tsv")


def _binder(row: Binder) -> Entry:
    return _made(row, "began the binder of", str(row))


def _locked(client: Client, member: Membership) -> "QuerySet[Binder]":
    return _binders(client, member).exclude(locked_at=None)


def _lock(row: Binder) -> Entry:
    moment: Any = (row.locked_at, row.pk)
    return Entry(moment, str(row.locked_by), "locked the binder of", str(row), href=row.get_absolute_url())


def _signatures(client: Client, member: Membership) -> "QuerySet[SignOff]":
    papers = Workpaper.objects.visible_to(member).filter(binder__project__client=client)
    standing = SignOff.objects.standing().filter(workpaper__in=papers)
    return standing.select_related("member", "workpaper").defer("workpaper__body", "workpaper__tsv")


def _signature(row: SignOff) -> Entry:
    paper, verb = row.workpaper, f"signed as {row.get_role_display().lower()}"
    moment = (row.signed_at, row.pk)
    return Entry(moment, str(row.member), verb, paper.title, paper.reference, paper.get_absolute_url())


def _sessions(client: Client, member: Membership) -> "QuerySet[ScopingSession]":
    rows = ScopingSession.objects.filter(client=client, is_template=False)
    return rows.select_related("created_by").without_document()


def _session(row: ScopingSession) -> Entry:
    return _made(row, "began to scope", row.title, row.reference)


def _acceptances(client: Client, member: Membership) -> "QuerySet[SessionAcceptance]":
    rows = SessionAcceptance.objects.filter(snapshot__session__client=client, snapshot__session__deleted_at=None)
    session = (f"snapshot__session__{name}" for name in ("organization", "id", "title"))
    return rows.select_related("snapshot__session").only("name", "accepted_at", "snapshot__organization", *session)


def _acceptance(row: SessionAcceptance) -> Entry:
    session, moment = row.snapshot.session, (row.accepted_at, row.pk)
    href = session.get_absolute_url()
    return Entry(moment, row.name, "accepted the scope", session.title, session.reference, href, is_client=True)


def _made(row: Any, verb: str, what: str, reference: str = "") -> Entry:
    by = str(row.created_by or "Tickmark")
    return Entry((row.created_at, row.pk), by, verb, what, reference, row.get_absolute_url())


OF_WORK = [
    Source(_projects, _project, Permission.VIEW_PROJECTS),
    Source(_binders, _binder, Permission.VIEW_WORKPAPERS),
    Source(_locked, _lock, Permission.VIEW_WORKPAPERS, at="locked_at"),
    Source(_signatures, _signature, Permission.VIEW_WORKPAPERS, at="signed_at"),
    Source(_sessions, _session, Permission.VIEW_SCOPING),
    Source(_acceptances, _acceptance, Permission.VIEW_SCOPING, at="accepted_at"),
]
