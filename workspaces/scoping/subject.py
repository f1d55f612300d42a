"""Sessions as things to talk about, and to be seen at together."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clients.client_access import viewers_of
from clients.models import Client
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.conversation_subjects import WorkSubject
from workspaces.models import ScopingSession


class ScopingSubject(WorkSubject):
    kind, noun, model = "scoping", "scoping session", ScopingSession

    def visible_to(self, member: Membership) -> QuerySet[ScopingSession]:
        if not member.can(Permission.VIEW_SCOPING):
            return ScopingSession.objects.none()
        return ScopingSession.objects.visible_to(member).select_related("client").without_document()

    def viewers(self, row: ScopingSession) -> list[Membership]:
        if row.client is not None:
            return viewers_of(row.client, Permission.VIEW_SCOPING)
        members = Membership.objects.active().select_related("organization").with_roles()
        return [member for member in members.order_by("display_name", "id") if member.can(Permission.VIEW_SCOPING)]

    def followers(self, row: ScopingSession) -> dict[UUID, str]:
        """Whoever answers for it."""
        return {row.owner_id: "assigned"} if row.owner_id else {}

    def place(self, row: ScopingSession) -> tuple[str, dict[str, Any]]:
        return "scoping_page", {"scoping_id": row.pk, "part": "sow"}

    def client_of(self, row: ScopingSession) -> Client | None:
        return row.client
