"""How many sessions a firm has, for its plan, and in which order they came. Templates are none."""

from collections.abc import Iterable
from uuid import UUID

from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ScopingSession


def sessions() -> int:
    return ScopingSession.objects.filter(is_template=False).count()


def nth_session(number: int) -> UUID | None:
    rows = ScopingSession.objects.filter(is_template=False).order_by("pk")
    return rows.values_list("pk", flat=True)[number - 1 : number].first()


def names(ids: Iterable[UUID], member: Membership) -> dict[UUID, tuple[str, str]]:
    """Name and address, for the page of usage; nothing of sessions this member may not see."""
    if not member.can(Permission.VIEW_SCOPING):
        return {}
    seen = ScopingSession.objects.visible_to(member).filter(pk__in=ids).without_document()
    return {session.pk: (session.title, session.get_absolute_url()) for session in seen}
