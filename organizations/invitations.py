"""Inviting people into a firm: one or fifty addresses, and what happens when somebody accepts."""

import hashlib
import re
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from organizations.lookups import InvitationOffer
from organizations.models import Invitation, Membership
from organizations.models.invitation import LIFETIME
from organizations.seats import seat_refusal
from tenancy.context import tenant

MOST_AT_ONCE = 50
SEPARATORS = re.compile(r"[\s,;<>]+")


@dataclass(frozen=True)
class Line:
    """What became of one address: sent, already a member, not an address, no seat."""

    email: str
    turn: str
    outcome: str
    invitation: Invitation | None = None


class AcceptanceRefused(Exception):
    """The message is a sentence for the person."""


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def addresses_in(text: str) -> list[str]:
    """The addresses in what somebody pasted, each once, in order."""
    found = (part.strip(".\"'()").lower() for part in SEPARATORS.split(text))
    return list(dict.fromkeys(part for part in found if "@" in part))


def invite(emails: list[str], *, role: str, by: Membership) -> list[Line]:
    """Invite each address with a role; a line each says what became of it."""
    return [_invite_one(email, role=role, by=by) for email in emails]


def _invite_one(email: str, *, role: str, by: Membership) -> Line:
    try:
        validate_email(email)
    except ValidationError:
        return Line(email, "late", "This is not an e-mail address.")
    if Membership.objects.filter(email__iexact=email).exists():
        return Line(email, "idle", "Already a member.")
    if refusal := seat_refusal(new=0 if Invitation.objects.pending().filter(email__iexact=email).exists() else 1):
        return Line(email, "late", refusal)
    fields = {"role": role, "invited_by": by, "expires_at": timezone.now() + LIFETIME}
    invitation, created = Invitation.objects.open().update_or_create(
        email__iexact=email, defaults=fields, create_defaults={"email": email, **fields}
    )
    return Line(email, "done", "Invitation sent." if created else "Invited before: sent again.", invitation)


def new_token(invitation: Invitation) -> str:
    """A fresh token; the one mailed before stops working."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    invitation.sent_at, invitation.expires_at = timezone.now(), timezone.now() + LIFETIME
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at"])
    return token


def revoke(invitation: Invitation) -> None:
    Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=timezone.now())


def accept(offer: InvitationOffer, *, by: User) -> Membership:
    """Join the firm. A person removed before gets the same membership back. Raises AcceptanceRefused."""
    if offer.email.lower() != by.email.lower():
        raise AcceptanceRefused(f"This invitation was sent to {offer.email}. You are signed in as {by.email}.")
    with tenant(offer.organization_id, user=by.pk):
        invitation = Invitation.objects.pending().select_for_update(of=("self",)).filter(pk=offer.id).first()
        if invitation is None:
            raise AcceptanceRefused("This invitation was used, withdrawn or has expired. Ask for a new one.")
        member = _join(invitation, by)
        invitation.accepted_at, invitation.accepted_by = timezone.now(), member
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        return member


def _join(invitation: Invitation, person: User) -> Membership:
    fields = {
        "role": invitation.role,
        "status": Membership.Status.ACTIVE,
        "deleted_at": None,
        "display_name": person.full_name or person.email,
        "email": person.email,
        "invited_by": invitation.invited_by,
        "invited_at": invitation.created_at,
        "joined_at": timezone.now(),
    }
    existing = Membership.with_deleted.filter(user=person.pk).first()
    if existing is not None and existing.deleted_at is None:
        return existing
    member, _ = Membership.with_deleted.update_or_create(user=person, defaults=fields)
    return member
