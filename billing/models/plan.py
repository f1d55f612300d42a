"""What Tickmark sells: plans, the features there are, and which plan holds what. Kept by operators, the same for all firms."""

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


class PlatformModel(models.Model):
    """A row outside the firms that operators keep."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now(), editable=False)

    class Meta:
        abstract = True


class SubscriptionPlan(PlatformModel):
    """A plan. Prices are for one seat, before tax, in the currency's smallest unit."""

    #: Its name in code and in `organizations.plan_type`; never changed.
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    tagline = models.CharField(max_length=120, blank=True, help_text="Whom it is for, in half a sentence.")
    currency = models.CharField(max_length=3, default="GBP")
    price_month = models.PositiveIntegerField(help_text="One seat for a month, in pence or cents, before tax.")
    price_year = models.PositiveIntegerField(help_text="One seat for a year, in pence or cents, before tax.")
    #: How long a new firm may try it; 0: not at all.
    trial_days = models.PositiveSmallIntegerField(default=14)
    position = models.PositiveSmallIntegerField(help_text="Smaller plans first: who needs more goes up from here.")
    is_offered = models.BooleanField(default=True, help_text="Firms may choose it. Those that have it keep it.")
    stripe_price_month = models.CharField(max_length=80, blank=True, help_text="Stripe’s id of the price for a month.")
    stripe_price_year = models.CharField(max_length=80, blank=True, help_text="Stripe’s id of the price for a year.")

    class Meta:
        db_table = "subscription_plans"
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["position"], name="subscription_plans_position")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_free(self) -> bool:
        return self.price_month == 0

    def price(self, billing_period: str) -> int:
        return self.price_year if billing_period == "year" else self.price_month


class Feature(PlatformModel):
    """Something a plan may hold: yes or no, up to a number, or so much in a month."""

    class Kind(models.TextChoices):
        BOOLEAN = "boolean", "Yes or no"
        LIMIT = "limit", "Up to a number"
        METERED = "metered", "So much in a month"

    #: Its name in code; never changed.
    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80, help_text="As the plan's card says it: “SSO”, “Seats”.")
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.CharField(
        max_length=40, blank=True, help_text="What is counted, in the plural: “seats”; or bytes, days."
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "features"
        ordering = ("position",)
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["boolean", "limit", "metered"]), name="features_kind")
        ]

    def __str__(self) -> str:
        return self.name


class PlanFeature(PlatformModel):
    """What a plan holds of a feature. A feature without a row is not in the plan."""

    plan = models.ForeignKey(SubscriptionPlan, models.CASCADE, related_name="plan_features", db_index=False)
    feature = models.ForeignKey(Feature, models.CASCADE, related_name="plan_features")
    enabled = models.BooleanField(default=True)
    limit = models.BigIntegerField(null=True, blank=True, help_text="Up to how many; empty for no limit.")

    class Meta:
        db_table = "plan_features"
        constraints = [
            models.UniqueConstraint(fields=["plan", "feature"], name="plan_features_once"),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=True) | models.Q(limit__gte=0), name="plan_features_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.feature}"
