from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from tenancy.isolation import TenantIsolation
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

if TYPE_CHECKING:
    from datetime import datetime


class GrantQuerySet(models.QuerySet["CreditGrant"]):
    def open_at(self, moment: "datetime") -> "GrantQuerySet":
        """With something left, those that end first before the others."""
        lasting = models.Q(expires_at=None) | models.Q(expires_at__gt=moment)
        left = self.filter(lasting, used__lt=models.F("amount"))
        return left.order_by(models.F("expires_at").asc(nulls_last=True), "created_at", "id")

    def of_invoice(self, id: UUID) -> "GrantQuerySet":
        """Bought with an invoice that was issued here."""
        return self.filter(reference=reference_of(id))


def reference_of(invoice_id: UUID) -> str:
    return f"invoice {invoice_id}"


class CreditGrant(TenantModel):
    """Credits a firm bought or was given. They are used when those of the plan's month are."""

    class Source(models.TextChoices):
        PURCHASE = "purchase", "Bought"
        GIFT = "gift", "Given"

    #: How many credits were given.
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    #: How many of them are used up.
    used = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0), editable=False)
    source = models.CharField(max_length=20, choices=Source)
    reason = models.CharField(max_length=300, help_text="The firm reads it too.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: they do not run out by time.")
    #: Who gave or bought them, by name.
    granted_by = models.CharField(max_length=254)
    #: What they were bought with, so that one payment grants once.
    reference = models.CharField(max_length=120, null=True, blank=True, editable=False)  # noqa: DJ001

    objects = TenantManager.from_queryset(GrantQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "credit_grants"
        constraints = [
            TenantIsolation(name="credit_grant_tenant", operator="read"),
            models.UniqueConstraint(fields=["organization", "reference"], name="credit_grants_reference"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="credit_grants_amount"),
            models.CheckConstraint(
                condition=models.Q(used__gte=0) & models.Q(used__lte=models.F("amount")), name="credit_grants_used"
            ),
            models.CheckConstraint(condition=models.Q(source__in=["purchase", "gift"]), name="credit_grants_source"),
        ]
        indexes = [models.Index(fields=["organization", "expires_at"], name="credit_grants_by_end")]

    def __str__(self) -> str:
        return f"{self.amount} credits"
