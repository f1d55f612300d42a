"""Mails about the own account that no sign-in page sends; jobs send them too, where there is no request."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.locales import reading
from accounts.mail_log import described
from accounts.models import User


def send_to(user: User, template: str, *, subject: str, **context: Any) -> None:
    """Draw `account/email/<template>_message.txt` and `.html` in the person's zone and send them to the main address."""
    context |= {"user": user, "subject": subject}
    with reading(user):
        text, page = (render_to_string(f"account/email/{template}_message.{kind}", context) for kind in ("txt", "html"))
    mail = EmailMultiAlternatives(subject, text, to=[user.email])
    described(mail, template)
    mail.attach_alternative(page, "text/html")
    mail.send()
