"""Mails of the site. Each is written down together with what causes it and sent beside the request, so that a mail
server that is away costs no visitor a second and no mail; `manage.py site_chores` tries again."""

import logging
import threading
from datetime import timedelta
from email.message import EmailMessage as Message
from email.policy import Policy
from email.policy import default as default_policy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connections, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone

from marketing.models import SiteMail

logger = logging.getLogger(__name__)

DATABASE = "marketing"
#: After a failure a mail rests, so that many signups do not try it many times. After a week its links are of no use.
AGAIN, GIVEN_UP = timedelta(minutes=5), timedelta(days=7)


class SiteMessage(EmailMessage):
    """With addresses in headers as they are: folded, mail programs would not read `List-Unsubscribe`."""

    #: `site_mails` tells of it already. The application's log is out of reach here, or may be.
    is_logged = False

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


def waiting() -> QuerySet[SiteMail]:
    """What has not been tried in the last minutes, by the clock of the rows."""
    rested = Q(attempts=0) | Q(updated_at__lt=Now() - AGAIN)
    return SiteMail.objects.filter(rested, sent_at=None, created_at__gt=Now() - GIVEN_UP)


def _deliver_next(after: Any) -> SiteMail | None:
    """One mail, locked, so that two processes never send it twice."""
    with transaction.atomic(DATABASE):
        found = waiting().filter(pk__gt=after) if after else waiting()
        mail = found.select_for_update(skip_locked=True).first()
        if mail is None:
            return None
        mail.attempts += 1
        try:
            SiteMessage(mail.subject, mail.body, to=[mail.recipient], headers=mail.headers).send()
        except Exception:  # of the server, or an address it cannot write: those behind it go out all the same
            logger.exception("A mail of the site was not sent; it is tried again.")
        else:
            mail.sent_at, mail.body = timezone.now(), ""
        mail.save()
    return mail
