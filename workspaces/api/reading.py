"""How a session, its versions and its shares are told to programs. Figures are decimals with a point, whoever asks."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from organizations.models import Organization
from workspaces.models import ScopingSession, SessionShare, SessionVersion
from workspaces.scoping import shape
from workspaces.scoping.page import SessionPage
from workspaces.scoping.shape import Document
from workspaces.scoping.values import Money, Text

Kind = Literal["solution", "assessment", "engagement", "change", "template"]
#: A part of the document: its fields, and its lists of rows. Everything is text, as it is typed.
Part = dict[str, str | list[dict[str, str]]]


class ListedSession(Schema):
    id: UUID
    reference: str
    title: str
    client: UUID | None
    type: Kind
    owner: UUID | None
    tags: list[str]
    version: int
    saved_at: datetime | None
    created_at: datetime
    updated_at: datetime


class SessionList(Schema):
    """`next` and `previous` are what to ask after the address; empty where there is nothing more."""

    results: list[ListedSession]
    next: str
    previous: str


class Figures(Schema):
    """What the level of effort comes to. Amounts and hours are decimals."""

    currency: str
    hours: str
    subtotal: str
    contingency: str
    discount: str
    total: str
    cost: str
    margin: str | None = Field(description="In per cent of the total; null while there is no total.")


class WholeSession(ListedSession):
    document: dict[str, Part]
    figures: Figures
    findings: list[str] = Field(description="Where its parts do not say the same, in sentences.")


class ListedVersion(Schema):
    number: int
    name: str
    title: str
    saved_at: datetime
    saved_by: UUID | None


class VersionList(Schema):
    results: list[ListedVersion]
    next: str
    previous: str


class ChangedPlace(Schema):
    part: str
    place: str
    before: str
    after: str


class WholeVersion(ListedVersion):
    document: dict[str, Part]
    changes: list[ChangedPlace] = Field(description="What it changed in the version before.")


class ListedShare(Schema):
    id: UUID
    name: str
    version: int
    shows: list[str]
    may_accept: bool
    has_passcode: bool
    expires_at: datetime
    revoked_at: datetime | None
    created_at: datetime


class ShareList(Schema):
    results: list[ListedShare]
    next: str
    previous: str


class MadeShare(ListedShare):
    link: str = Field(description="Told once: only its hash is kept.")


def listed(session: ScopingSession) -> dict[str, Any]:
    return {
        "id": session.pk, "reference": session.reference, "title": session.title, "client": session.client_id,
        "type": session.session_type, "owner": session.owner_id, "tags": session.tags, "version": session.version,
        "saved_at": session.saved_at, "created_at": session.created_at, "updated_at": session.updated_at,
    }  # fmt: skip


def whole(session: ScopingSession, firm: Organization) -> dict[str, Any]:
    page = SessionPage(session, firm)
    found = page.priced
    return listed(session) | {
        "document": texts(page.document),
        "figures": {
            "currency": page.currency, "hours": str(found.hours), "subtotal": amount(found.subtotal),
            "contingency": amount(found.contingency), "discount": amount(found.discount), "total": amount(found.total),
            "cost": amount(found.cost), "margin": None if found.margin is None else str(found.margin),
        },
        "findings": [finding.words for finding in page.findings],
    }  # fmt: skip


def version(one: SessionVersion) -> dict[str, Any]:
    return {
        "number": one.number, "name": one.name, "title": one.title, "saved_at": one.saved_at,
        "saved_by": one.created_by_id,
    }  # fmt: skip


def share(one: SessionShare) -> dict[str, Any]:
    return {
        "id": one.pk, "name": one.name, "version": one.snapshot.version, "shows": one.shows,
        "may_accept": one.may_accept, "has_passcode": one.passcode_hash is not None, "expires_at": one.expires_at,
        "revoked_at": one.revoked_at, "created_at": one.created_at,
    }  # fmt: skip


def texts(document: Document) -> dict[str, Part]:
    return {part: dict(_of_part(part, fields)) for part, fields in shape.completed(document).items()}


def _of_part(part: str, stored: dict[str, Any]) -> Iterable[tuple[str, str | list[dict[str, str]]]]:
    for name, (_, value) in shape.FIELDS[part].items():
        yield name, text(value, stored[name])
    for name, rows in shape.ROWS[part].items():
        yield (
            name,
            [
                {"id": row["id"]} | {field: text(value, row[field]) for field, (_, value) in rows.fields.items()}
                for row in stored[name]
            ],
        )


def text(value: Text, stored: Any) -> str:
    """What can be written back to its place as it is."""
    if isinstance(value, Money):
        return "" if stored is None else amount(stored)
    return "" if stored is None else str(stored)


def amount(minor: int) -> str:
    return str(Decimal(minor).scaleb(-2))
