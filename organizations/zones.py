"""The account behind a membership: its zone and its way of writing dates, for what is sent to the person."""

from contextlib import AbstractContextManager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.locales import reading
from accounts.models import User
from organizations.models import Membership
from tenancy.context import current_tenant_id, tenant


def person_of(member: Membership) -> User:
    """The row is open to its person alone, so it is read on their behalf."""
    with tenant(current_tenant_id(), user=member.user_id):
        return User.objects.get(pk=member.user_id)


def zone_of(member: Membership) -> ZoneInfo:
    """The member's own zone, else the firm's."""
    try:
        return ZoneInfo(person_of(member).timezone or member.organization.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return member.organization.zone


def read_by(member: Membership) -> AbstractContextManager[None]:
    """A mail drawn inside tells moments as this member reads them."""
    return reading(person_of(member))
