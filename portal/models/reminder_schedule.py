from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel

DAYS = (-7, -2, 0, 3, 7)


def usual_days() -> list[int]:
    return list(DAYS)


class ReminderSchedule(TenantModel):
    """On which days, counted from a request's due date, its contact is reminded: the firm's, or one list's own."""

    #: The list it is of; empty: the firm's, for all other lists.
    request_list = TenantForeignKey(
        "clients.RequestList", models.CASCADE, null=True, blank=True, editable=False, related_name="reminder_schedules"
    )
    #: Whether reminders are sent at all.
    is_on = models.BooleanField("send reminders", default=True)
    #: Days from the due date on which one is sent; before it they are negative.
    days = ArrayField(models.SmallIntegerField(), size=20, default=usual_days)
    #: Days between reminders after the last of those; empty: no more.
    repeat_every = models.PositiveSmallIntegerField("then every so many days", null=True, blank=True, default=7)
    #: How many reminders one request gets at most.
    most = models.PositiveSmallIntegerField("at most this many reminders for one request", default=8)

    class Meta(TenantModel.Meta):
        db_table = "reminder_schedules"
        constraints = [
            TenantIsolation(name="portal_reminderschedule_tenant", lookup=True),
            models.UniqueConstraint(
                fields=["organization", "request_list"], nulls_distinct=False, name="reminder_schedules_one"
            ),
            models.CheckConstraint(
                condition=models.Q(repeat_every=None) | models.Q(repeat_every__range=(1, 60)),
                name="reminder_schedules_repeat",
            ),
            models.CheckConstraint(condition=models.Q(most__range=(1, 99)), name="reminder_schedules_most"),
        ]

    def __str__(self) -> str:
        return f"Reminders of {self.request_list_id or 'the firm'}"

    def falls_on(self, day: date, *, due: date) -> bool:
        """Whether this is a day for a reminder about something due then."""
        if not self.is_on:
            return False
        offset, last = (day - due).days, max([0, *self.days])
        if offset in self.days:
            return True
        return bool(self.repeat_every) and offset > last and (offset - last) % (self.repeat_every or 1) == 0
