from django.db import models

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel

ONE_TARGET = (
    models.Q(request__isnull=False, request_list=None, contact=None)
    | models.Q(request=None, request_list__isnull=False, contact=None)
    | models.Q(request=None, request_list=None, contact__isnull=False)
)


class ReminderSnooze(AuthoredModel, TenantModel):
    """No automatic reminder before `until`: about one request, about a list, or to a person."""

    #: The request it is about, if it is about one.
    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, null=True, related_name="snoozes")
    #: The list it is about, if it is about one.
    request_list = TenantForeignKey("clients.RequestList", models.CASCADE, null=True, related_name="snoozes")
    #: The person it is about, if it is about one.
    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, null=True, related_name="snoozes")
    #: The first day on which reminders may come again.
    until = models.DateField()

    class Meta(TenantModel.Meta):
        db_table = "reminder_snoozes"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=ONE_TARGET, name="reminder_snoozes_one_target"),
            models.UniqueConstraint(
                fields=["organization", "request", "request_list", "contact"],
                nulls_distinct=False,
                name="reminder_snoozes_once",
            ),
        ]

    def __str__(self) -> str:
        return f"No reminder before {self.until}"

    @property
    def target(self) -> object:
        return self.request or self.request_list or self.contact
