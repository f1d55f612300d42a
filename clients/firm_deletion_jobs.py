"""Telling every owner that the firm is to be deleted, or that it stays."""

from django.utils import timezone

from clients.models import FirmDeletion
from organizations.mails import send_mail
from organizations.models import Membership
from organizations.mounts import absolute, organization_url
from tenancy.jobs import tenant_task


@tenant_task()
def tell_owners_of_deletion(firm_deletion_id: str) -> None:
    """A mail to each, in a job of its own: one that fails is sent again, and nobody gets two."""
    for owner in Membership.objects.owners().order_by("pk"):
        send_firm_deletion.enqueue(firm_deletion_id=firm_deletion_id, member_id=owner.pk)


@tenant_task()
def send_firm_deletion(firm_deletion_id: str, member_id: str) -> None:
    """As the wish stands by now."""
    wishes = FirmDeletion.objects.select_related("organization", "created_by", "cancelled_by")
    wish, owner = wishes.filter(pk=firm_deletion_id).first(), Membership.objects.owners().filter(pk=member_id).first()
    if wish is None or owner is None:
        return
    firm = wish.organization
    with timezone.override(firm.zone):
        send_mail(
            "firm_deletion",
            to=owner.email,
            subject=f"{firm.name} stays" if wish.cancelled_at else f"{firm.name} will be deleted",
            organization=firm,
            wish=wish,
            reason=f"You get this because you are an owner of {firm.name}.",
            action_url=absolute(organization_url(firm.slug, "firm_deletion")),
            action_label="Look at it",
        )
