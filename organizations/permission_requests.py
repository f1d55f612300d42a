"""A member who met a closed page asks those who could open it."""

from organizations.jobs import send_permission_request
from organizations.mail_limits import may_send
from organizations.member_changes import ChangeRefused
from organizations.models import Membership
from organizations.permission_sources import who_could_give
from organizations.permissions import PERMISSION_WORDS, Permission


def ask(permission: Permission, *, by: Membership) -> list[Membership]:
    """Once a day for each permission. Whom it was asked of. Raises ChangeRefused."""
    asked = who_could_give(permission, to=by)
    if by.can(permission):
        raise ChangeRefused(f"You have this permission by now: {PERMISSION_WORDS[permission]}.")
    if not asked:
        raise ChangeRefused("Nobody in the firm could give you this permission.")
    if not may_send(f"permission_request:{permission}", by.email, most=1):
        raise ChangeRefused("You asked for this in the last 24 hours. It stays with those who manage the members.")
    send_permission_request.enqueue(member_id=by.pk, permission=permission)
    return asked
