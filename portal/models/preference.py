from django.db import models

from accounts.models.user import validate_timezone
from portal.languages import LANGUAGES
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class PortalPreference(TenantModel):
    """How a contact wants the portal and its mails. Without a language or a zone of their own, the firm's hold."""

    class Reminders(models.TextChoices):
        EACH = "each", "When something is due, once a day at most"
        WEEKLY = "weekly", "Once a week at most"
        OFF = "off", "None"

    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, related_name="preferences")
    #: Empty: as the browser asks, else the firm's.
    language = models.CharField(max_length=12, choices=LANGUAGES, blank=True, default="")
    #: Empty: the firm's.
    timezone = models.CharField(max_length=64, blank=True, validators=[validate_timezone])
    #: Whether mails tell of new requests and returned answers.
    notifications = models.BooleanField("mail me about new requests and returned answers", default=True)
    #: Whether a mail tells when an answer is returned.
    mail_returned = models.BooleanField("mail me when something I sent comes back", default=True, db_default=True)
    #: How often reminders may come.
    reminders = models.CharField(max_length=12, choices=Reminders, default=Reminders.EACH, db_default=Reminders.EACH)

    class Meta(TenantModel.Meta):
        db_table = "client_portal_preferences"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "contact"], name="client_portal_preferences_contact"),
        ]

    def __str__(self) -> str:
        return f"Preferences of {self.contact_id}"

    @classmethod
    def of(cls, contact: models.Model) -> "PortalPreference":
        """The contact's, or the defaults, not saved."""
        return cls.objects.filter(contact=contact).first() or cls(contact=contact)
