"""Mails to contacts."""

from typing import Any

from clients.models import ClientContact
from organizations.mails import send_mail
from organizations.mounts import absolute, portal_url
from portal.sign_in import issue_link


def send(template: str, contact: ClientContact, *, subject: str, **context: Any) -> None:
    """Send to the contact's own address, no other."""
    firm = contact.organization
    reason = f"You get this because {firm.name} has given {contact.email} access to its client portal."
    send_mail(template, to=contact.email, subject=subject, organization=firm, contact=contact, reason=reason, **context)


def link_for(contact: ClientContact, *, next_path: str = "") -> str:
    """The address of a fresh link, for a mail to this contact."""
    token = issue_link(contact, next_path=next_path)
    return absolute(portal_url(contact.portal_key, "portal_link", token=token))
