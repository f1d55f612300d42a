"""Verifying a firm's audit trail because somebody asked, and mailing its head to the owners who want it."""

from audit import chain
from audit.jobs import every_firm
from audit.models import ChainCheck
from organizations.audit_head import is_mailed
from organizations.mails import send_mail
from organizations.models import Membership, Organization
from organizations.models.membership import Role
from organizations.mounts import absolute, organization_url
from organizations.zones import read_by
from tenancy.context import tenant
from tenancy.jobs import by_the_clock, tenant_task


@tenant_task()
def check_trail_now(member_id: str) -> None:
    """Because this member pressed the button."""
    member = Membership.objects.active().select_related("organization").filter(pk=member_id).first()
    if member is not None:
        with tenant(member.organization, user=member.user_id):
            chain.check()


@by_the_clock("43 3 * * *", firms=every_firm)
@tenant_task()
def mail_chain_head() -> None:
    """After the night's check, to each owner of a firm that asked for it."""
    firm = Organization.objects.first()
    newest = ChainCheck.objects.order_by("-created_at").first()
    if firm is None or newest is None or not is_mailed(firm):
        return
    for owner in Membership.objects.active().filter(role=Role.OWNER).order_by("pk"):
        send_chain_head.enqueue(member_id=owner.pk)


@tenant_task()
def send_chain_head(member_id: str) -> None:
    """One mail to one owner; nothing once they are no owner any more."""
    owner = Membership.objects.active().select_related("organization").filter(pk=member_id, role=Role.OWNER).first()
    newest = ChainCheck.objects.order_by("-created_at").first()
    if owner is None or newest is None:
        return
    firm = owner.organization
    said = "Broken: look at the audit log" if newest.problem else "Audit log unbroken"
    with read_by(owner):
        send_mail(
            "audit_head",
            to=owner.email,
            subject=f"{said}, block {newest.blocks}",
            organization=firm,
            check=newest,
            reason=f"You get this because an owner of {firm.name} asked for the head of the audit chain every day.",
            action_url=absolute(organization_url(firm.slug, "audit_chain")),
            action_label="Open the chain",
        )
