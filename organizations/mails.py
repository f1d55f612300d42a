"""Mails in a firm's name and colour: one function sends them all."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from organizations.models import Organization


def send_mail(template: str, *, to: str, subject: str, organization: Organization, **context: Any) -> None:
    """Draw `mail/<template>.txt` and `.html` and send them to one address. `reason` stands at the foot."""
    context |= {"subject": one_line(subject), "organization": organization, "brand_color": organization.brand}
    mail = EmailMultiAlternatives(
        subject=context["subject"],
        body=render_to_string(f"mail/{template}.txt", context),
        from_email=_sender(organization),
        to=[to],
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    mail.send()


def one_line(text: str) -> str:
    """For a header: a line break in a name would begin another one."""
    return " ".join(text.split())


def _sender(organization: Organization) -> str:
    return formataddr((one_line(f"{organization.name} via Tickmark"), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
