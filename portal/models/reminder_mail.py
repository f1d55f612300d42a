from django.db import models

from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel


class ReminderMailQuerySet(models.QuerySet["ReminderMail"]):
    def unfinished(self) -> "ReminderMailQuerySet":
        return self.filter(status__in=[ReminderMail.Status.PLANNED, ReminderMail.Status.SENDING])

    def counted(self) -> "ReminderMailQuerySet":
        """Those the contact has, as far as anybody knows."""
        return self.filter(status__in=[ReminderMail.Status.SENT, ReminderMail.Status.SENDING])


class ReminderMail(TenantModel):
    """One reminder to one person: written down before it is sent, so that nothing is sent twice or lost in silence.

    planned → sending → sent. The step to `sending` is committed before the mail server is asked: whoever finds a mail
    there does not send it again. If the worker died then, nobody knows whether it went out, and the row says so:
    `unconfirmed`, which a person may send again.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Waits to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        UNCONFIRMED = "unconfirmed", "Not confirmed"
        FAILED = "failed", "Not sent"
        SKIPPED = "skipped", "Not needed any more"

    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, related_name="reminder_mails")
    #: The firm's day it is for.
    day = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    #: The member who sent it; empty for automatic ones.
    sent_by = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, related_name="+")
    #: Whether a member sent it, and not the clock.
    is_manual = models.BooleanField(default=False)
    #: What the member wrote above the requests; may be empty.
    message = models.TextField(blank=True, max_length=4000)
    #: When it was taken to be sent; empty until then.
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(ReminderMailQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "reminder_mails"
        constraints = [
            TenantIsolation(name="portal_remindermail_tenant", lookup=True),
            models.UniqueConstraint(
                fields=["organization", "contact", "day"],
                condition=models.Q(is_manual=False),
                name="reminder_mails_one_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["planned", "sending", "sent", "unconfirmed", "failed", "skipped"]),
                name="reminder_mails_status",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(sent_at__isnull=False), name="reminder_mails_sent_at"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "status", "day"], name="reminder_mails_waiting"),
            models.Index(
                "organization", models.F("created_at").desc(), models.F("id").desc(), name="reminder_mails_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"Reminder to {self.contact_id} on {self.day}"


class ReminderItem(TenantModel):
    """One request a reminder speaks of."""

    mail = TenantForeignKey("portal.ReminderMail", models.CASCADE, related_name="items")
    #: The request it speaks of.
    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, related_name="reminder_items")
    updated_at = None  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        db_table = "reminder_items"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "mail", "request"], name="reminder_items_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} in {self.mail_id}"
