from decimal import Decimal

from django.db import models

from tenancy.isolation import TenantIsolation
from tenancy.models import TenantModel


class Tally(models.DecimalField):
    """A sum of rows that are kept themselves: the trail does not tell of each step, a firm makes thousands."""

    unaudited = True


class UsageCounter(TenantModel):
    """How much of a feature a firm has used in a period. Changed with the event that it counts, under its lock.

    Of features that are counted where they lie, such as clients, there is one of the first day of all: it holds no
    number, and is locked while somebody takes the next place.
    """

    #: The key of what is counted.
    feature = models.CharField(max_length=40)
    #: The day on which the period began, by the firm's clock: a date, so that moving to another zone begins no new one.
    period_start = models.DateField()
    #: All that was used; what the events of the period add up to.
    used = Tally(max_digits=14, decimal_places=2, default=Decimal(0))
    #: Of `used`, what credits beyond the plan's own paid for.
    from_grants = Tally(max_digits=14, decimal_places=2, default=Decimal(0))
    #: Of the plan's own, what is promised to work that goes on.
    reserved = Tally(max_digits=14, decimal_places=2, default=Decimal(0))
    #: When the firm was told that four fifths are used.
    warned_80_at = models.DateTimeField(null=True)
    #: When the firm was told that all is used.
    warned_100_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "usage_counters"
        constraints = [
            TenantIsolation(name="usage_counter_tenant", operator="read"),
            models.UniqueConstraint(fields=["organization", "feature", "period_start"], name="usage_counters_once"),
            models.CheckConstraint(
                condition=models.Q(used__gte=0, reserved__gte=0, from_grants__gte=0)
                & models.Q(from_grants__lte=models.F("used")),
                name="usage_counters_positive",
            ),
        ]

    @property
    def taken(self) -> Decimal:
        """Of the plan's own: used, or promised."""
        return self.used - self.from_grants + self.reserved

    def __str__(self) -> str:
        return f"{self.feature} {self.used}"
