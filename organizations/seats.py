"""Seats: members who work, and invitations that hold a place. Billing alone needs none, nor does waiting to be let in."""

from collections.abc import Callable
from uuid import UUID

from organizations.models import Invitation, Membership, Organization
from organizations.models.membership import Role

#: Before every member.
FIRST = UUID(int=0)

#: Rules of the layers above: each gets the number of seats a firm would use and answers with a sentence that refuses.
seat_rules: list[Callable[[int], str]] = []


#: How many seats are free, as the layers above know; None where there is no limit.
seat_rooms: list[Callable[[], int | None]] = []


def seats_of(role: str) -> int:
    return 0 if role == Role.BILLING else 1


def seats_used() -> int:
    working = Membership.objects.settled().exclude(role=Role.BILLING).count()
    return working + Invitation.objects.pending().exclude(role=Role.BILLING).count()


def seats_free() -> int | None:
    """None where there is no limit."""
    return min((room for ask in seat_rooms if (room := ask()) is not None), default=None)


def nth_seat(number: int) -> UUID | None:
    """Who holds the seat of this number: owners first, whatever happens, and then as they came."""
    working = Membership.objects.settled().exclude(role__in=[Role.BILLING, Role.OWNER]).order_by("pk")
    others = number - Membership.objects.settled().filter(role=Role.OWNER).count()
    return working.values_list("pk", flat=True)[others - 1 : others].first() if others > 0 else FIRST


def seat_refusal(*, new: int) -> str:
    """Why the firm cannot take `new` more people; empty where it can, as it always can take none.

    Two who take the last seat at the same moment are counted one after the other.
    """
    if new <= 0 or not seat_rules:
        return ""
    Organization.objects.select_for_update(of=("self",), no_key=True).values_list("pk").get()
    used = seats_used() + new
    return next((refusal for rule in seat_rules if (refusal := rule(used))), "")
