import hashlib
import hmac

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


def masked(address: str) -> str:
    """`ana.ruiz@northwind.example` as `a…@northwind.example`: enough to recognise what one knows, no more."""
    name, _, domain = address.strip().rpartition("@")
    return f"{name[:1]}…@{domain}"[:120]


def address_hash(address: str) -> str:
    """Finds the mails to an address that somebody knows; tells no address to somebody who does not."""
    key = b"mail log " + settings.SECRET_KEY.encode()
    return hmac.new(key, address.strip().lower().encode(), hashlib.sha256).hexdigest()


class MailLog(models.Model):
    """One mail that left, or did not: which kind, for which firm, and nothing of what it said."""

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    #: The firm in whose name it went; empty for mails about an account.
    organization_id = models.UUIDField(null=True, editable=False)
    #: The template it was drawn from, such as `invitation`.
    kind = models.CharField(max_length=80, editable=False)
    #: The receiver's address with all but its first letter hidden.
    recipient = models.CharField(max_length=120, editable=False)
    #: A keyed hash of the whole address.
    recipient_hash = models.CharField(max_length=64, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome, editable=False)
    #: What kind of error stopped it; empty where none did.
    error = models.CharField(max_length=120, blank=True, default="", editable=False)

    class Meta:
        db_table = "mail_log"
        verbose_name = "mail"
        verbose_name_plural = "mail log"
        indexes = [
            models.Index(models.F("created_at").desc(), models.F("id").desc(), name="mail_log_newest"),
            models.Index(fields=["recipient_hash", "created_at"], name="mail_log_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
