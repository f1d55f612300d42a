from decimal import Decimal

from django.db import models

from tenancy.isolation import TenantIsolation
from tenancy.models import TenantModel


class UsageCounter(TenantModel):
    """How much of a feature a firm has used in a period. Changed with the event that it counts, under its lock.

    Of features that are counted where they lie, such as clients, there is one without a period: it holds no number, and
    is locked while somebody takes the next place.
    """

    feature = models.SlugField(max_length=40)
    #: When the period began; the beginning of time for what has no period.
    period_start = models.DateTimeField()
    used = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    #: Promised to work that goes on.
    reserved = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    #: When the firm was told that four fifths are used.
    warned_80_at = models.DateTimeField(null=True)
    #: When the firm was told that all is used.
    warned_100_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "usage_counters"
        constraints = [
            TenantIsolation(name="usage_counter_tenant", operator="read"),
            models.UniqueConstraint(fields=["organization", "feature", "period_start"], name="usage_counters_once"),
            models.CheckConstraint(condition=models.Q(used__gte=0, reserved__gte=0), name="usage_counters_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.feature} {self.used}"
