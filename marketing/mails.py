"""Mails of the site. Each is written down together with what causes it and sent beside the request, so that a mail
server that is away costs no visitor a second and no mail; `manage.py site_chores` tries again."""

import logging
import threading
from email.message import EmailMessage as Message
from email.policy import Policy
from email.policy import default as default_policy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connections, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from marketing.models import SiteMail

logger = logging.getLogger(__name__)

DATABASE = "marketing"
MOST_ATTEMPTS = 20


class SiteMessage(EmailMessage):
    """With addresses in headers as they are: folded, mail programs would not read `List-Unsubscribe`."""

    def message(self, *, policy: Policy = default_policy) -> Message:  # type: ignore[override]
        return super().message(policy=policy.clone(max_line_length=998))


def write_mail(
    template: str, *, to: str, subject: str, headers: dict[str, str] | None = None, **context: Any
) -> SiteMail:
    """Inside the transaction of its cause. It goes out when that is committed."""
    body = render_to_string(f"marketing/mail/{template}.txt", context)
    mail = SiteMail.objects.create(
        recipient=to, subject=" ".join(subject.split())[:200], body=body, headers=headers or {}
    )
    transaction.on_commit(wake, using=DATABASE)
    return mail


def wake() -> None:
    if settings.SITE_MAIL_AT_ONCE:
        threading.Thread(target=_deliver_and_close, name="site mail", daemon=True).start()


def _deliver_and_close() -> None:
    try:
        deliver()
    except Exception:
        logger.exception("Mails of the site wait for the next try.")
    finally:
        connections.close_all()


def deliver() -> int:
    """Send everything that waits, each mail once; returns how many went out."""
    sent, last = 0, None
    while (tried := _deliver_next(last)) is not None:
        last = tried.pk
        sent += tried.sent_at is not None
    return sent


def _deliver_next(after: Any) -> SiteMail | None:
    """One mail, locked, so that two processes never send it twice."""
    with transaction.atomic(DATABASE):
        waiting = SiteMail.objects.filter(sent_at=None, attempts__lt=MOST_ATTEMPTS)
        mail = (waiting.filter(pk__gt=after) if after else waiting).select_for_update(skip_locked=True).first()
        if mail is None:
            return None
        mail.attempts += 1
        try:
            SiteMessage(mail.subject, mail.body, to=[mail.recipient], headers=mail.headers).send()
        except OSError:  # the mail server's errors are of this kind too
            logger.exception("A mail of the site was not sent; it is tried again.")
        else:
            mail.sent_at, mail.body = timezone.now(), ""
        mail.save()
    return mail
