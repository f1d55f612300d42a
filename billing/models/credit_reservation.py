from decimal import Decimal

from django.db import models
from django.utils import timezone

from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class CreditReservation(TenantModel):
    """Credits promised to one piece of work: committed when it succeeds, released when it fails or is never heard of again."""

    class Status(models.TextChoices):
        HELD = "held", "Held"
        COMMITTED = "committed", "Committed"
        RELEASED = "released", "Released"

    key = models.CharField(max_length=200, help_text="Names the act, as its usage event will be named.")
    #: What they are kept for, as the event will say.
    event_type = models.CharField(max_length=40)
    #: What the event will tell of it.
    event_data = models.JSONField(default=dict)
    counter = TenantForeignKey("billing.UsageCounter", models.PROTECT, related_name="+", db_index=False)
    #: Of the month's credits of the plan.
    from_plan = models.DecimalField(max_digits=12, decimal_places=2)
    #: Of credits bought or given.
    from_grants = models.DecimalField(max_digits=12, decimal_places=2)
    member = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False)
    #: The scoping session it is for, where there is one.
    session_uuid = models.UUIDField(null=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.HELD)
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        db_table = "credit_reservations"
        constraints = [
            TenantIsolation(name="credit_reservation_tenant", operator="read", lookup=True),
            models.UniqueConstraint(fields=["organization", "key"], name="credit_reservations_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["held", "committed", "released"]), name="credit_reservations_status"
            ),
            models.CheckConstraint(
                condition=models.Q(from_plan__gte=0, from_grants__gte=0), name="credit_reservations_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "counter"], name="credit_reservations_counter"),
            models.Index(fields=["organization", "member"], name="credit_reservations_member"),
            models.Index(
                fields=["organization", "expires_at"],
                condition=models.Q(status="held"),
                name="credit_reservations_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credits} credits, {self.get_status_display().lower()}"

    @property
    def credits(self) -> Decimal:
        return self.from_plan + self.from_grants

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()
