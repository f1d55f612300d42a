"""How many sessions a firm has, for its plan, and in which order they came. Templates are none."""

from uuid import UUID

from workspaces.models import ScopingSession


def sessions() -> int:
    return ScopingSession.objects.filter(is_template=False).count()


def nth_session(number: int) -> UUID | None:
    rows = ScopingSession.objects.filter(is_template=False).order_by("pk")
    return rows.values_list("pk", flat=True)[number - 1 : number].first()
