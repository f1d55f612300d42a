"""Mails to contacts, each in its reader's language."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from clients.models import ClientContact
from organizations.mails import draw_mail, send_mail
from organizations.mounts import absolute, portal_url
from portal.sign_in import issue_link


def send(template: str, contact: ClientContact, *, subject: str, **context: Any) -> None:
    """Send to the contact's own address, no other. Call inside `speaking_to(contact)`."""
    send_mail(template, subject=subject, **_addressed(contact), **context)


def draw_for(template: str, contact: ClientContact, *, subject: str, **context: Any) -> EmailMultiAlternatives:
    """The same, for a job that sends it when its transaction is over."""
    return draw_mail(template, subject=subject, **_addressed(contact), **context)


def _addressed(contact: ClientContact) -> dict[str, Any]:
    firm = contact.organization
    reason = _("You get this because %(firm)s has given %(address)s access to its client portal.")
    facts = {"firm": firm.name, "address": contact.email}
    return {"to": contact.email, "organization": firm, "contact": contact, "reason": reason % facts}


def link_for(contact: ClientContact, *, next_path: str = "") -> str:
    """The address of a fresh link, for a mail to this contact."""
    token = issue_link(contact, next_path=next_path)
    return absolute(portal_url(contact.portal_key, "portal_link", token=token))
