"""Support access: what an operator in support may see, and how it is asked for, given, refused and ended.

What holds it is the database: the operator's role reads a firm's rows only while a consent is in force, and writes
none (`tenancy.support`). This module and the middleware make sense of that for people.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase

from accounts.models import User
from organizations.models import Membership, Organization, SupportGrant
from organizations.permissions import Permission

#: Looking, and nothing else.
LOOKING = frozenset(permission for permission in Permission if permission.value.startswith("view_"))
#: Pages that are no HTML and yet part of how a page looks.
LOOKS = {"brand_css", "firm_logo", "member_picture"}


class SupportRefused(Exception):
    """The message is one sentence for a person."""


def visitor(grant: SupportGrant, organization: Organization) -> Membership:
    """Who an operator in support is to the firm's pages: nobody's row, looking as an admin would and doing nothing."""
    member = Membership(
        pk=grant.operator_id, organization=organization, user_id=grant.operator_id, role="admin",
        display_name=f"{grant.operator_name}, Tickmark support",
    )  # fmt: skip
    member.narrowed_to, member.leaves_no_marks = LOOKING, True
    return member


def leaves_the_building(response: HttpResponseBase, page: str) -> bool:
    """A file, a stream, data for a program, or the way to one: everything but a page to read and the looks of it."""
    if response.status_code in (301, 302, 303, 307, 308):
        return not response.headers["Location"].startswith("/")
    if page in LOOKS:
        return False
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return response.streaming or response.has_header("Content-Disposition") or not is_page


def ask(operator: User, organization: Organization, *, reason: str, hours: int) -> SupportGrant:
    """Inside the firm, as the application: operators write nothing there. Raises SupportRefused."""
    if organization.is_suspended:
        raise SupportRefused("The firm is suspended: nobody there could answer, or end it.")
    mine = SupportGrant.objects.filter(operator_id=operator.pk)
    if mine.waiting().exists() or mine.in_force().exists():
        raise SupportRefused("You have asked already. Take that back or end it first.")
    return SupportGrant.objects.create(
        organization=organization, operator_id=operator.pk, operator_name=operator.full_name or operator.email,
        reason=reason, hours=hours,
    )  # fmt: skip


def answer(grant_id: UUID, act: Callable[[SupportGrant], str]) -> str:
    """Consent or refuse, once; what `act` says of it. Raises SupportRefused where somebody else was first, or it was taken back."""
    grant = SupportGrant.objects.select_for_update(of=("self",)).get(pk=grant_id)
    if grant.state != "waiting":
        raise SupportRefused(f"{grant.operator_name}’s question is not open any more.")
    return act(grant)


def end(grant_id: UUID, *, by: Any = None) -> SupportGrant:
    """At once: the database asks for the consent with every statement. Ending twice changes nothing."""
    grant = SupportGrant.objects.select_for_update(of=("self",)).get(pk=grant_id)
    if grant.state in ("waiting", "in_force"):
        grant.end(by=by)
    return grant
