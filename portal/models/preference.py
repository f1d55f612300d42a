from django.db import models

from accounts.models.user import validate_timezone
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class PortalPreference(TenantModel):
    """How a contact wants the portal and its mails."""

    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, related_name="preferences")
    language = models.CharField(max_length=12, default="en-gb")
    timezone = models.CharField(max_length=64, blank=True, validators=[validate_timezone])
    notifications = models.BooleanField("mail me about new requests and returned answers", default=True)

    class Meta(TenantModel.Meta):
        db_table = "client_portal_preferences"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "contact"], name="client_portal_preferences_contact"),
        ]

    def __str__(self) -> str:
        return f"Preferences of {self.contact_id}"
