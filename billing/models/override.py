from django.db import models
from django.utils import timezone

from billing.models.plan import Feature
from tenancy.isolation import TenantIsolation
from tenancy.manager import TenantManager
from tenancy.models import TenantModel


class OverrideQuerySet(models.QuerySet["FeatureOverride"]):
    def in_force(self) -> "OverrideQuerySet":
        lasting = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        return self.filter(lasting, ended_at=None)


class FeatureOverride(TenantModel):
    """What one firm may beyond its plan, or less than it: until when, why, and who said so. The newest in force counts."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="+", db_index=False)
    enabled = models.BooleanField(default=True)
    limit = models.BigIntegerField(null=True, blank=True, help_text="Up to how many; empty for no limit.")
    reason = models.CharField(max_length=300, help_text="The firm reads it too.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until somebody ends it.")
    ended_at = models.DateTimeField(null=True, blank=True)
    #: The operator's name.
    set_by = models.CharField(max_length=254)

    objects = TenantManager.from_queryset(OverrideQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "feature_overrides"
        constraints = [
            TenantIsolation(name="feature_override_tenant", operator="read", lookup=True),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=True) | models.Q(limit__gte=0), name="feature_overrides_limit"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="feature_overrides_reason"),
        ]
        indexes = [models.Index(fields=["organization", "feature", "created_at"], name="feature_overrides_newest")]

    @property
    def words(self) -> str:
        """What it allows, in the words of price lists."""
        from billing.plan_words import promise

        return promise(self.feature, self.limit) if self.enabled else f"Without: {self.feature.name}"

    def __str__(self) -> str:
        return f"{self.feature}: {self.reason}"
