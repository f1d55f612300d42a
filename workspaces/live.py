"""Pages of a binder that stay fresh: whoever changes something of it says so in the same transaction."""

from uuid import UUID

from conversations.live import topics
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import Binder

TOPIC = "binder"


def may_follow(member: Membership, binder_id: UUID) -> bool:
    return member.can(Permission.VIEW_WORKPAPERS) and Binder.objects.visible_to(member).filter(pk=binder_id).exists()


def changed(binder_id: UUID) -> None:
    """And the board of its project, where a task is in review while its paper waits for a signature."""
    topics.publish(TOPIC, binder_id)
    if project_id := Binder.with_deleted.filter(pk=binder_id).values_list("project", flat=True).first():
        topics.publish("project", project_id)
