"""Seats: members who work, and invitations that hold a place. Billing alone needs none, nor does waiting to be let in."""

from collections.abc import Callable

from organizations.models import Invitation, Membership, Organization
from organizations.models.membership import Role

#: Rules of the layers above: each gets the number of seats a firm would use and answers with a sentence that refuses.
seat_rules: list[Callable[[int], str]] = []


#: How many seats there are, as the layers above know; None where there is no limit.
seat_limits: list[Callable[[], int | None]] = []


def seats_of(role: str) -> int:
    return 0 if role == Role.BILLING else 1


def seats_used() -> int:
    working = Membership.objects.settled().exclude(role=Role.BILLING).count()
    return working + Invitation.objects.pending().exclude(role=Role.BILLING).count()


def seats_free() -> int | None:
    """None where there is no limit."""
    limits = [limit for rule in seat_limits if (limit := rule()) is not None]
    return max(0, min(limits) - seats_used()) if limits else None


def seat_refusal(*, new: int) -> str:
    """Why the firm cannot take `new` more people; empty where it can, as it always can take none.

    Two who take the last seat at the same moment are counted one after the other.
    """
    if new <= 0 or not seat_rules:
        return ""
    Organization.objects.select_for_update(of=("self",), no_key=True).values_list("pk").get()
    used = seats_used() + new
    return next((refusal for rule in seat_rules if (refusal := rule(used))), "")
