"""Mails in a firm's name and colour: one function sends them all."""

from email.message import EmailMessage, MIMEPart
from email.policy import Policy
from email.policy import default as default_policy
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.mail_log import described
from organizations.logos import logo_bytes
from organizations.models import Organization

LOGO_CID = "firm-logo@tickmark"


class Mail(EmailMultiAlternatives):
    """With addresses in headers as they are: folded at 78 letters, Python would encode what mail programs must read."""

    def message(self, *, policy: Policy = default_policy) -> EmailMessage:  # type: ignore[override]
        return super().message(policy=policy.clone(max_line_length=998) if self.extra_headers else policy)


def send_mail(
    template: str,
    *,
    to: str,
    subject: str,
    organization: Organization,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> None:
    """Draw `mail/<template>.txt` and `.html` and send them to one address. `reason` stands at the foot."""
    draw_mail(template, to=to, subject=subject, organization=organization, headers=headers, **context).send()


def draw_mail(
    template: str,
    *,
    to: str,
    subject: str,
    organization: Organization,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> EmailMultiAlternatives:
    """The same, ready to be sent by a job that must not hold a transaction meanwhile."""
    logo = logo_bytes(organization)
    context |= {"subject": one_line(subject), "organization": organization, "brand_color": organization.brand}
    context["logo_cid"] = LOGO_CID if logo else ""
    mail = Mail(
        subject=context["subject"],
        body=render_to_string(f"mail/{template}.txt", context),
        from_email=_sender(organization),
        to=[to],
        headers=headers,
    )
    described(mail, template, organization.pk)
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    if logo:
        mail.attach(_inline(logo))
    return mail


def _inline(png: bytes) -> MIMEPart:
    """The logo travels in the mail: no address on the web is asked, and none tells that the mail was read."""
    part = MIMEPart()
    part.set_content(png, maintype="image", subtype="png", disposition="inline", cid=f"<{LOGO_CID}>")
    return part


def one_line(text: str) -> str:
    """For a header: a line break in a name would begin another one."""
    return " ".join(text.split())


def _sender(organization: Organization) -> str:
    return formataddr((one_line(f"{organization.name} via Tickmark"), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
