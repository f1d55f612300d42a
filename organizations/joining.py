"""Joining a firm by a confirmed address on its domain, and the queue of those who wait to be let in."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policies import confirmed_addresses
from organizations.domain_names import domain_of
from organizations.invitations import AcceptanceRefused, accept
from organizations.jobs import send_joining_answer, send_joining_question
from organizations.lookups import DomainOffer, my_domain_offers, my_invitations
from organizations.member_changes import ChangeRefused, arrived
from organizations.models import Invitation, Membership
from organizations.seats import seat_refusal, seats_of
from tenancy.context import tenant


class JoiningRefused(Exception):
    """The message is a sentence for the person."""


def offer_of(organization_id: object) -> DomainOffer | None:
    """The signed-in person's offer of this firm, read again from their confirmed addresses."""
    return next((offer for offer in my_domain_offers() if str(offer.organization_id) == str(organization_id)), None)


def address_on(domain: str, *, of: User) -> str:
    """The confirmed address that brings the person in."""
    confirmed = confirmed_addresses(of.pk)
    return next((address for address in confirmed if domain_of(address) == domain), of.email)


def join(offer: DomainOffer, *, by: User) -> Membership:
    """Become a member, or wait for an owner or admin. Who was removed before comes back by invitation only.

    Whoever is invited has their seat and the firm's yes already: they come in by the invitation.
    """
    if invited := next((one for one in my_invitations() if one.organization_id == offer.organization_id), None):
        try:
            return accept(invited, by=by)
        except AcceptanceRefused as refused:
            raise JoiningRefused(str(refused)) from refused
    with transaction.atomic(), tenant(offer.organization_id, user=by.pk):
        waits = offer.verification_required
        if not waits and (refusal := seat_refusal(new=seats_of(offer.role))):
            raise JoiningRefused(
                f"{offer.organization_name} has no seat left for you. Ask an owner or admin. {refusal}"
            )
        member, created = Membership.with_deleted.get_or_create(
            user=by,
            defaults={
                "role": offer.role,
                "status": Membership.Status.PENDING if waits else Membership.Status.ACTIVE,
                "display_name": by.full_name or by.email,
                "email": by.email,
                "joined_as": address_on(offer.domain, of=by),
                "avatar": by.avatar,
                "joined_at": None if waits else timezone.now(),
            },
        )
        if created and waits:
            send_joining_question.enqueue(member_id=member.pk)
        if created:
            arrived(member)
        return member


@transaction.atomic
def approve(member: Membership, *, by: Membership) -> None:
    """Let somebody in who waits. Raises ChangeRefused."""
    _check(member, by)
    held = Invitation.objects.pending().filter(email__iexact=member.email).first()
    if refusal := seat_refusal(new=seats_of(member.role) - (seats_of(held.role) if held else 0)):
        raise ChangeRefused(refusal)
    if held:
        held.accepted_at, held.accepted_by = timezone.now(), member
        held.save(update_fields=["accepted_at", "accepted_by"])
    member.status, member.joined_at, member.invited_by = Membership.Status.ACTIVE, timezone.now(), by
    member.save(update_fields=["status", "joined_at", "invited_by"])
    send_joining_answer.enqueue(member_id=member.pk)


@transaction.atomic
def refuse(member: Membership, *, by: Membership) -> None:
    """Turn somebody away who waits. They come in by invitation only from now on."""
    _check(member, by)
    member.deleted_at = timezone.now()
    member.save(update_fields=["deleted_at"])
    send_joining_answer.enqueue(member_id=member.pk)


def _check(member: Membership, by: Membership) -> None:
    if member.status != Membership.Status.PENDING:
        raise ChangeRefused(f"{member} does not wait to be let in any more.")
    if not by.may_manage(member):
        raise ChangeRefused(f"Only somebody with {member.get_role_display()}’s role or above can answer {member}.")
