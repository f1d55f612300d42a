"""Mails to contacts, in the firm's name and colour."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from clients.models import ClientContact
from organizations.mounts import absolute, portal_url
from portal.sign_in import issue_link


def send(template: str, contact: ClientContact, *, subject: str, **context: Any) -> None:
    """Draw `mail/<template>.txt` and `.html` and send them to the contact's own address, no other."""
    firm = contact.organization
    context |= {
        "subject": one_line(subject),
        "contact": contact,
        "organization": firm,
        "brand_color": firm.brand,
        "reason": f"You get this because {firm.name} has given {contact.email} access to its client portal.",
    }
    mail = EmailMultiAlternatives(
        subject=context["subject"],
        body=render_to_string(f"mail/{template}.txt", context),
        from_email=formataddr((one_line(f"{firm.name} via Tickmark"), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[contact.email],
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    mail.send()


def link_for(contact: ClientContact, *, next_path: str = "") -> str:
    """The address of a fresh link, for a mail to this contact."""
    token = issue_link(contact, next_path=next_path)
    return absolute(portal_url(contact.portal_key, "portal_link", token=token))


def one_line(text: str) -> str:
    return " ".join(text.split())
