"""Inviting people into a firm: one or fifty addresses, and what happens when somebody accepts."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from organizations.lookups import InvitationOffer, invitation_by_token, my_invitations
from organizations.mail_limits import may_send
from organizations.member_changes import arrived
from organizations.models import Invitation, Membership, Organization
from organizations.models.invitation import LIFETIME
from organizations.seats import seat_refusal, seats_of
from tenancy.context import APP, acting_as, surface, tenant

MOST_AT_ONCE = 50
LONGEST_EMAIL = Invitation._meta.get_field("email").max_length or 0
NOT_AN_ADDRESS = "This is not an e-mail address."
ENTRY_END = re.compile(r"[,;\r\n]+")
WORD_END = re.compile(r"[\s<>]+")
PAGE = re.compile(r"/invitations/([A-Za-z0-9_-]{1,200})/")
#: `"Ruiz, Ana" <ana@bakery.example>`: the comma in the name separates nothing.
QUOTED_NAME = re.compile(r'"[^"]*"(?=\s*<)')


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
    """The addresses in what somebody pasted, each once, in order. An entry without one stays, to be told of."""
    return list(dict.fromkeys(found for entry in ENTRY_END.split(QUOTED_NAME.sub("", text)) for found in _read(entry)))


def _read(entry: str) -> list[str]:
    words = (word.strip(".\"'()").lower() for word in WORD_END.split(entry))
    return [word for word in words if "@" in word] or [entry.strip()[:LONGEST_EMAIL]] * bool(entry.strip())


def invite(emails: list[str], *, role: str, by: Membership) -> list[Line]:
    """Invite each address with a role; a line each says what became of it."""
    return [_invite_one(email, role=role, by=by) for email in emails]


def _invite_one(email: str, *, role: str, by: Membership) -> Line:
    if not _is_address(email):
        return Line(email, "late", NOT_AN_ADDRESS)
    if known := Membership.objects.filter(email__iexact=email).first():
        waits = known.status == Membership.Status.PENDING
        return Line(email, "idle", "Waits to be let in, on the members page." if waits else "Already a member.")
    before = Invitation.objects.open().filter(email__iexact=email).first()
    if before and not may_answer_for(before, by):
        return Line(email, "late", "Invited with a role above yours. Ask whoever may give that role.")
    holds = seats_of(before.role) if before and before.is_pending else 0
    if refusal := seat_refusal(new=seats_of(role) - holds):
        return Line(email, "late", refusal)
    if not may_send("invitation", email):
        return Line(email, "late", "Five invitations went there lately: enough for a day.")
    fields = {"role": role, "invited_by": by, "expires_at": timezone.now() + LIFETIME}
    invitation, created = Invitation.objects.open().update_or_create(
        email__iexact=email, defaults=fields, create_defaults={"email": email, **fields}
    )
    return Line(email, "done", "Invitation sent." if created else "Invited before: sent again.", invitation)


def may_answer_for(invitation: Invitation, by: Membership) -> bool:
    """Nobody sends again, changes or withdraws an offer of a role they could not give."""
    return invitation.role in dict(by.grantable_roles())


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= LONGEST_EMAIL


def new_token(invitation: Invitation) -> str:
    """A fresh token; the one mailed before stops working."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    invitation.sent_at, invitation.expires_at = timezone.now(), timezone.now() + LIFETIME
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at"])
    return token


def revoke(invitation: Invitation) -> None:
    Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=timezone.now())


def invited_address(path: str) -> str:
    """The address of the open invitation whose page this is; for the sign-in role, which cannot look itself."""
    if not (found := PAGE.fullmatch(path)):
        return ""
    with surface(APP), acting_as(None):
        offer = invitation_by_token(token_hash(found[1]))
    return offer.email if offer and offer.state == "open" else ""


def is_for(offer: InvitationOffer, person: User) -> bool:
    """Whether it was sent to an address of the person's: the main one, or another one they have confirmed."""
    return offer.email.lower() == person.email.lower() or any(mine.id == offer.id for mine in my_invitations())


def accept(offer: InvitationOffer, *, by: User) -> Membership:
    """Join the firm. A person removed before gets the same membership back. Raises AcceptanceRefused.

    The membership comes with its organization: whoever asked a look-up for it, after this write and before the commit,
    would not find it on a cluster.
    """
    if not is_for(offer, by):
        raise AcceptanceRefused(f"This invitation was sent to {offer.email}. You are signed in as {by.email}.")
    with tenant(offer.organization_id, user=by.pk):
        invitation = Invitation.objects.select_for_update(of=("self",)).filter(pk=offer.id).first()
        firm = Organization.objects.get()
        if invitation is not None and (before := _accepted_before(invitation, by)):
            before.organization = firm
            return before
        if invitation is None or not invitation.is_pending:
            raise AcceptanceRefused("This invitation was used, withdrawn or has expired. Ask for a new one.")
        member = _join(invitation, by, offer.organization_name)
        invitation.accepted_at, invitation.accepted_by = timezone.now(), member
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        member.organization = firm
        arrived(member, invited_by=invitation.invited_by)
        return member


def _accepted_before(invitation: Invitation, person: User) -> Membership | None:
    """The member of whoever pressed twice."""
    return Membership.objects.active().filter(pk=invitation.accepted_by_id, user=person.pk).first()


def _join(invitation: Invitation, person: User, firm: str) -> Membership:
    existing = Membership.with_deleted.filter(user=person.pk).first()
    if existing is not None and existing.deleted_at is None and existing.status != Membership.Status.PENDING:
        if existing.status == Membership.Status.SUSPENDED:
            raise AcceptanceRefused(f"Your membership of {firm} is suspended. Ask an owner or admin to reinstate you.")
        return existing
    fields: dict[str, Any] = {
        "role": invitation.role,
        "status": Membership.Status.ACTIVE,
        "permissions": {},
        "deleted_at": None,
        "display_name": person.full_name or person.email,
        "email": person.email,
        "joined_as": invitation.email,
        "avatar": person.avatar,
        "invited_by": invitation.invited_by,
        "invited_at": invitation.created_at,
        "joined_at": timezone.now(),
    }
    member, _ = Membership.with_deleted.update_or_create(user=person, defaults=fields)
    return member
