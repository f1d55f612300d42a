"""Why does somebody see this project; and this task, binder or paper, which are seen as their project is?"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from clients import client_access, project_access
from clients.access_question import Kind, client_page, number_in
from clients.client_access import Answer
from clients.models import Project
from organizations.models import Membership
from organizations.permission_sources import source
from organizations.permissions import Permission
from workspaces.models import Binder, ScopingSession, Task, Workpaper

Find = Callable[[Membership, str], QuerySet[Any]]


def page(project: Project) -> str:
    return reverse("project_access", kwargs={"project_id": project.pk})


def _projects(member: Membership, words: str) -> QuerySet[Project]:
    found = Project.objects.visible_to(member).filter(name__icontains=words)
    return found.select_related("client").order_by("-created_at", "-id")


def _tasks(member: Membership, words: str) -> QuerySet[Task]:
    """By title, or by a reference such as T-12."""
    called = Q(title__icontains=words)
    if number := number_in(words):
        called |= Q(number=number)
    found = Task.objects.visible_to(member).filter(called).select_related("project__client").defer("tsv")
    return found.order_by("-created_at", "-id")


def _binders(member: Membership, words: str) -> QuerySet[Binder]:
    called = Q(project__name__icontains=words) | Q(project__client__name_key__contains=words.lower())
    found = Binder.objects.visible_to(member).filter(called).select_related("project__client")
    return found.order_by("-period_end", "-id")


def _papers(member: Membership, words: str) -> QuerySet[Workpaper]:
    """By reference, such as C-1, or title."""
    called = Q(reference__iexact=words) | Q(title__icontains=words)
    found = Workpaper.objects.visible_to(member).filter(called, binder__deleted_at=None)
    return found.select_related("binder__project__client").defer("body", "tsv").order_by("-created_at", "-id")


def in_project(label: str, find: Find, project_of: Callable[[Any], Project], needs: Permission) -> Kind:
    def explain(member: Membership, thing: Any) -> Answer:
        project = project_of(thing)
        answer = project_access.explain(member, project, needs=needs)
        return Answer(True, f"It is in the project “{project}”. {answer.why}") if answer.sees else answer

    return Kind(label, find, explain, lambda thing: page(project_of(thing)))


def _sessions(member: Membership, words: str) -> QuerySet[ScopingSession]:
    """By title, or by a reference such as S-3."""
    called = Q(title__icontains=words)
    if number := number_in(words):
        called |= Q(id=number)
    found = ScopingSession.objects.visible_to(member).filter(called).select_related("client").without_document()
    return found.order_by("-created_at", "-id")


def _explain_session(member: Membership, session: ScopingSession) -> Answer:
    """Seen as its client is; without one, by everybody who may see scoping."""
    if session.client:
        return client_access.explain(member, session.client, needs=Permission.VIEW_SCOPING)
    may = member.can(Permission.VIEW_SCOPING)
    says = source(member, Permission.VIEW_SCOPING)
    return Answer(may, f"It has no client: whoever may see scoping sees it. {says}")


def _session_page(session: ScopingSession) -> str:
    return client_page(session.client) if session.client else reverse("role_matrix")


KINDS = {
    "project": Kind("Project", _projects, project_access.explain, page),
    "task": in_project("Task", _tasks, lambda task: task.project, Permission.VIEW_PROJECTS),
    "binder": in_project("Binder", _binders, lambda binder: binder.project, Permission.VIEW_WORKPAPERS),
    "session": Kind("Scoping session", _sessions, _explain_session, _session_page),
    "workpaper": in_project("Workpaper", _papers, lambda paper: paper.binder.project, Permission.VIEW_WORKPAPERS),
}
