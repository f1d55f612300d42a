"""Mails of the firm. Jobs get ids; tokens are made here, where the mail is, and only their hash is kept."""

from organizations.invitations import new_token
from organizations.mails import send_mail
from organizations.models import Invitation
from organizations.mounts import absolute, root_url
from tenancy.jobs import tenant_task


@tenant_task()
def send_invitation(invitation_id: str) -> None:
    """Mail an invitation with a fresh link; nothing if it was answered or withdrawn meanwhile."""
    invitation = (
        Invitation.objects.pending().select_related("organization", "invited_by").filter(pk=invitation_id).first()
    )
    if invitation is None:
        return
    firm = invitation.organization
    send_mail(
        "invitation",
        to=invitation.email,
        subject=f"Join {firm.name} on Tickmark",
        organization=firm,
        invitation=invitation,
        reason=f"You get this because somebody in {firm.name} has invited {invitation.email}.",
        action_url=absolute(root_url("invitation_detail", token=new_token(invitation))),
        action_label="Join the firm",
    )
