from uuid import UUID

from workspaces.models import Binder


def is_on_hold(client_id: UUID) -> bool:
    """Whether something of the client must be kept whatever its retention says: asked before anything is purged."""
    return Binder.with_deleted.filter(project__client=client_id).exclude(legal_hold_at=None).exists()
