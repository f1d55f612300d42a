from django.core.validators import MaxValueValidator
from django.db import models

from portal.languages import LANGUAGES
from tenancy.isolation import TenantIsolation
from tenancy.models import TenantModel


class PortalSetting(TenantModel):
    """How a firm runs its portal. A firm without a row has these defaults."""

    class Colleagues(models.TextChoices):
        ALLOWED = "allowed", "Coordinators may add colleagues themselves"
        APPROVAL = "approval", "Coordinators ask; somebody here says yes"
        OFF = "off", "Only we add people"

    #: For contacts who chose none and whose browser asks for none we have.
    language = models.CharField("language of the portal", max_length=12, choices=LANGUAGES, default="en-gb")
    #: Whether contacts may bring colleagues in.
    colleagues = models.CharField(
        "colleagues of a contact", max_length=12, choices=Colleagues, default=Colleagues.APPROVAL
    )
    #: From which hour of the firm's day reminders are sent, 0 to 23.
    reminder_hour = models.PositiveSmallIntegerField(
        "hour of the day for reminders", default=9, validators=[MaxValueValidator(23)]
    )
    #: The last day whose reminders are planned; empty: none yet.
    reminders_planned_on = models.DateField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        db_table = "portal_settings"
        constraints = [
            TenantIsolation(name="portal_portalsetting_tenant", lookup=True),
            models.UniqueConstraint(fields=["organization"], name="portal_settings_one"),
            models.CheckConstraint(
                condition=models.Q(colleagues__in=["allowed", "approval", "off"]), name="portal_settings_colleagues"
            ),
            models.CheckConstraint(condition=models.Q(reminder_hour__lte=23), name="portal_settings_hour"),
        ]

    def __str__(self) -> str:
        return f"Portal of {self.organization_id}"

    @classmethod
    def of_firm(cls) -> "PortalSetting":
        """The firm's, or the defaults, not saved."""
        return cls.objects.first() or cls()
