"""Mails of the firm. Jobs get ids; tokens are made here, where the mail is, and only their hash is kept."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from organizations.invitations import new_token
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
    link = absolute(root_url("invitation_detail", token=new_token(invitation)))
    context = {
        "invitation": invitation,
        "organization": invitation.organization,
        "link": link,
        "action_url": link,
        "action_label": "Join the firm",
    }
    mail = EmailMultiAlternatives(
        subject=f"Join {invitation.organization.name} on Tickmark",
        body=render_to_string("mail/invitation.txt", context),
        to=[invitation.email],
    )
    mail.attach_alternative(render_to_string("mail/invitation.html", context), "text/html")
    mail.send()
