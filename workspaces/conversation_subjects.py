"""Workpapers as things to talk about. What is said here is no part of the file: review notes are.

And what every kind of work has in common: the files beside its comments are firm-only documents of its client.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.urls import reverse

from clients import project_access
from clients.conversation_subjects import keep_firm_file
from clients.file_checks import clean_name
from clients.models import Client, Document, Project
from clients.uploads import UploadRefused
from conversations.people import Person
from conversations.subjects import CommentRefused, Scope, Subject
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import SignOff, Workpaper


class WorkSubject(Subject):
    """Without a client there is nowhere to keep a file."""

    def client_of(self, row: Any) -> Client | None:
        raise NotImplementedError

    def keeps_files(self, row: Any) -> bool:
        return self.client_of(row) is not None

    def keep_file(self, row: Any, upload: UploadedFile, *, by: Any, is_internal: bool) -> tuple[UUID, str]:
        client = self.client_of(row)
        if client is None:
            raise CommentRefused("There is no client whose documents a file could be kept with.")
        try:
            return keep_firm_file(client, upload, by=by)
        except UploadRefused as refused:
            raise CommentRefused(f"{clean_name(upload.name)}: {refused}") from refused

    def file_urls(self, ids: Iterable[UUID], reader: Person) -> dict[UUID, str]:
        if reader.member is None or not reader.member.can(Permission.VIEW_DOCUMENTS):
            return {}
        seen = Document.objects.visible_to(reader.member).filter(pk__in=list(ids)).values_list("pk", flat=True)
        return {pk: reverse("document_download", kwargs={"document_id": pk}) for pk in seen}


class ProjectWorkSubject(WorkSubject):
    """What belongs to a project, and with it to the project's client."""

    def project_of(self, row: Any) -> Project:
        raise NotImplementedError

    def client_of(self, row: Any) -> Client | None:
        return self.project_of(row).client


class WorkpaperSubject(ProjectWorkSubject):
    kind, noun, model = "workpaper", "workpaper", Workpaper

    def visible_to(self, member: Membership) -> QuerySet[Workpaper]:
        if not member.can(Permission.VIEW_WORKPAPERS):
            return Workpaper.objects.none()
        rows = Workpaper.objects.visible_to(member).filter(binder__deleted_at=None)
        return rows.select_related("binder__project__client").defer("body", "tsv")

    def viewers(self, row: Workpaper) -> list[Membership]:
        return project_access.viewers(row.binder.project, Permission.VIEW_WORKPAPERS)

    def followers(self, row: Workpaper) -> dict[UUID, str]:
        """Who wrote it and who signed it."""
        signers = SignOff.objects.standing().filter(workpaper=row).values_list("member_id", flat=True)
        found = dict.fromkeys(signers, "signed")
        return found | ({row.created_by_id: "wrote"} if row.created_by_id and row.created_by_id not in found else {})

    def place(self, row: Workpaper) -> tuple[str, dict[str, Any]]:
        return "workpaper_detail", {"workpaper_id": row.pk}

    def wider_scopes(self, row: Workpaper) -> list[Scope]:
        return [Scope("project", row.binder.project_id, str(row.binder.project))]

    def project_of(self, row: Workpaper) -> Project:
        return row.binder.project
