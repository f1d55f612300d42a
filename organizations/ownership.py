"""Handing a firm over: another member becomes owner, and whoever hands it over becomes an admin."""

from django.db import transaction

from organizations.jobs import send_ownership_notice
from organizations.member_changes import ChangeRefused, seats_changed
from organizations.models import Membership
from organizations.models.membership import Role
from organizations.seats import seat_refusal, seats_of


@transaction.atomic
def transfer(taker: Membership, *, by: Membership) -> None:
    """Both rows change or neither, so the firm has an owner at every moment. Raises ChangeRefused."""
    pair = Membership.objects.active().filter(pk__in=[taker.pk, by.pk])
    locked = {member.pk: member for member in pair.select_for_update(of=("self",)).order_by("pk")}
    giver, heir = locked.get(by.pk), locked.get(taker.pk)
    if giver is None or giver.role != Role.OWNER:
        raise ChangeRefused("Only an owner can hand the firm over.")
    if heir is None or heir == giver:
        raise ChangeRefused("Hand the firm over to another active member.")
    if refusal := seat_refusal(new=seats_of(Role.OWNER) - seats_of(heir.role)):
        raise ChangeRefused(refusal)
    heir.role, heir.permissions = Role.OWNER, {}  # what was taken from a member is not kept from an owner
    giver.role = Role.ADMIN
    for member in (heir, giver):
        member.save(update_fields=["role", "permissions"])
    seats_changed()
    send_ownership_notice.enqueue(giver_id=giver.pk, taker_id=heir.pk)
