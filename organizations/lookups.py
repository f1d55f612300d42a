"""What may be asked before a firm is chosen. Each question is one definer function; see tenancy.definer."""

import uuid
from typing import Any, NamedTuple

from django.db import connections

from tenancy.context import alias_for, current


class Firm(NamedTuple):
    id: uuid.UUID
    name: str
    slug: str
    role: str


class InvitationOffer(NamedTuple):
    id: uuid.UUID
    organization_id: uuid.UUID
    organization_name: str
    email: str
    role: str
    invited_by: str | None
    state: str


class DomainOffer(NamedTuple):
    """A firm whose proven domain a confirmed address of the person is on. `is_waiting`: they have asked already."""

    organization_id: uuid.UUID
    organization_name: str
    domain: str
    role: str
    verification_required: bool
    is_waiting: bool


class FutureColleague(NamedTuple):
    """Somebody of a firm the person may join; `people` is how many of them there are."""

    name: str
    is_owner: bool
    people: int


def organization_by_slug(slug: str) -> uuid.UUID | None:
    rows = _ask("SELECT id FROM app.organization_by_slug(%s)", slug)
    return rows[0][0] if rows else None


def organization_of_slug(slug: str) -> uuid.UUID | None:
    """The firm that has or had this address."""
    rows = _ask("SELECT id FROM app.organization_of_slug(%s)", slug)
    return rows[0][0] if rows else None


def my_organizations() -> list[Firm]:
    """The firms of the signed-in person, by name. Needs a context with a person."""
    return [Firm(*row) for row in _ask("SELECT * FROM app.my_organizations()")]


def my_memberships() -> list[uuid.UUID]:
    """Every firm that has a membership of the signed-in person, suspended and ended ones too."""
    return [row[0] for row in _ask("SELECT organization_id FROM app.my_memberships()")]


def my_invitations() -> list[InvitationOffer]:
    """Open invitations to the signed-in person's confirmed addresses."""
    return [InvitationOffer(*row) for row in _ask("SELECT * FROM app.my_invitations()")]


def invitation_by_token(token_hash: bytes) -> InvitationOffer | None:
    rows = _ask("SELECT * FROM app.invitation_by_token(%s)", token_hash)
    return InvitationOffer(*rows[0]) if rows else None


def my_domain_offers() -> list[DomainOffer]:
    """Firms the signed-in person may join, or waits to join, by a confirmed address on their domain."""
    return [DomainOffer(*row) for row in _ask("SELECT * FROM app.my_domain_offers()")]


def firm_to_join(organization: uuid.UUID) -> list[FutureColleague]:
    """Its owners, and up to eight in all where nobody has to let the person in; nobody for whoever has no offer of it."""
    return [FutureColleague(*row) for row in _ask("SELECT * FROM app.firm_to_join(%s)", organization)]


def my_firm_by_former_slug(slug: str) -> str | None:
    """The address of today, where the signed-in person is a member of the firm that had this one."""
    rows = _ask("SELECT slug FROM app.my_firm_by_former_slug(%s)", slug)
    return rows[0][0] if rows else None


def access_token_by_hash(token_hash: bytes) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID] | None:
    """The firm, the person and the row of a token that still works."""
    rows = _ask("SELECT * FROM app.access_token_by_hash(%s)", token_hash)
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


def members_second_factors() -> set[uuid.UUID]:
    """The members of the firm in force who have a second factor. Which one is theirs alone to see."""
    return {row[0] for row in _ask("SELECT membership_id FROM app.members_second_factors()")}


def _ask(sql: str, *params: Any) -> list[tuple]:
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
