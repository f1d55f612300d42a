from uuid import UUID

from django.db.models import Q

from clients.audit_walls import ways_to
from clients.models import Client
from conversations.subjects import SUBJECTS
from workspaces.models import Binder


def is_on_hold(client_id: UUID) -> bool:
    """Whether something of the client must be kept whatever its retention says: asked before anything is purged."""
    return Binder.with_deleted.filter(project__client=client_id).exclude(legal_hold_at=None).exists()


def tells_of_held() -> Q:
    """Notifications about whatever is of a client on hold."""
    held = Binder.with_deleted.filter(legal_hold_at__isnull=False).values("project__client")
    ways, told = dict(ways_to(Client)), Q(pk=None)
    for kind, subject in SUBJECTS.items():
        if way := ways.get(subject.model):
            rows = subject.model._base_manager.filter(**{f"{way}__in": held}).order_by().values("pk")
            told |= Q(subject_kind=kind, subject_id__in=rows)
    return told


def held_in_firm() -> list[str]:
    """Why the firm itself may not be deleted."""
    held = Binder.with_deleted.filter(legal_hold_at__isnull=False).count()
    if not held:
        return []
    binders = "1 binder is" if held == 1 else f"{held} binders are"
    return [f"{binders} on legal hold. What is on hold is not deleted: lift the hold first."]
