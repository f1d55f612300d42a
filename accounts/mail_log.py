"""A mail backend around the real one: it writes down which mails left and which did not, and nothing of what they said."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, router, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import MailLog
from accounts.models.mail_log import address_hash, masked
from tenancy.context import APP, current, surface

#: So long operators can look up whether a mail left.
KEPT = timedelta(days=90)


class LoggedBackend(BaseEmailBackend):
    """`OPTIONS` names the real backend as `inner`; all other options are its own."""

    def __init__(self, *, inner: str, alias: str | None = None, **options: Any) -> None:
        super().__init__(alias=alias)
        self.inner = import_string(inner)(alias=alias, **options)

    def open(self) -> Any:
        return self.inner.open()

    def close(self) -> None:
        self.inner.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        try:
            sent = self.inner.send_messages(email_messages)
        except Exception as error:
            _keep_although_it_is_undone(_lines(email_messages, type(error).__name__))
            raise
        _write(_lines(email_messages))
        return sent


def described(mail: EmailMessage, kind: str, organization_id: Any = None) -> EmailMessage:
    """Say what the log will tell of this mail: the template it was drawn from and the firm it is for."""
    mail.kind, mail.organization_id = kind, organization_id  # type: ignore[attr-defined]
    return mail


def purge() -> None:
    with surface(APP):
        MailLog.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _lines(mails: Iterable[EmailMessage], error: str = "") -> list[MailLog]:
    return [
        MailLog(
            kind=getattr(mail, "kind", "")[:80] or "other",
            organization_id=getattr(mail, "organization_id", None) or current().tenant,
            recipient=masked(address),
            recipient_hash=address_hash(address),
            outcome=MailLog.Outcome.FAILED if error else MailLog.Outcome.SENT,
            error=error[:120],
            created_at=timezone.now(),
        )
        for mail in mails
        if getattr(mail, "is_logged", True)
        for address in mail.recipients()
    ]


def _write(lines: list[MailLog]) -> None:
    """Ask nothing back: whoever adds lines may not read them."""
    if not lines:
        return
    alias = router.db_for_write(MailLog)
    MailLog._base_manager.using(alias)._insert(  # type: ignore[attr-defined]
        lines, fields=MailLog._meta.concrete_fields, returning_fields=[], using=alias
    )


def _keep_although_it_is_undone(lines: list[MailLog]) -> None:
    """What the sender was doing is rolled back; that the mail failed is written afterwards, on its own."""
    connection: Any = connections[router.db_for_write(MailLog)]
    if not connection.in_atomic_block:
        return _write(lines)

    def write() -> None:
        with transaction.atomic(using=connection.alias):
            _write(lines)

    connection.on_rollback(write)
