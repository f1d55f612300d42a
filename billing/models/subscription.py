from django.db import models

from billing.models.plan import SubscriptionPlan
from tenancy.isolation import TenantIsolation
from tenancy.models import TenantModel


class Subscription(TenantModel):
    """Which plan a firm has and in what state; one row per firm, its history is in the audit trail.

    `billing.subscribing` changes it, and nothing else, so that the copy in `organizations` keeps up.
    """

    class Status(models.TextChoices):
        TRIALING = "trialing", "Trial"
        ACTIVE = "active", "Active"
        PAST_DUE = "past_due", "Past due"
        CANCELED = "canceled", "Canceled"

    class Period(models.TextChoices):
        MONTH = "month", "Monthly"
        YEAR = "year", "Yearly"

    plan = models.ForeignKey(SubscriptionPlan, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=20, choices=Status, default=Status.TRIALING)
    billing_period = models.CharField(max_length=10, choices=Period, default=Period.MONTH)
    currency = models.CharField(max_length=3, default="GBP")
    #: One seat for one billing period, in the smallest unit, as agreed when the plan was taken.
    unit_price = models.PositiveIntegerField(default=0)
    #: Up to how many seats the firm wants to pay for; empty: as many as its plan allows.
    seats = models.PositiveIntegerField(null=True, blank=True)
    #: The day of the month on which counting begins anew, by the firm's clock; the last one in shorter months.
    anchor_day = models.PositiveSmallIntegerField()
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    #: What the last invoice was for, or the trial.
    current_period_start = models.DateTimeField()
    #: When the next invoice is due, or the trial ends.
    current_period_end = models.DateTimeField()
    #: Ends with the period, at the firm's wish.
    cancel_at_period_end = models.BooleanField(default=False)
    #: A smaller plan that begins with the next period.
    pending_plan = models.ForeignKey(
        SubscriptionPlan, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    pending_billing_period = models.CharField(max_length=10, choices=Period, blank=True, default="")
    #: Since when a payment is missing.
    past_due_since = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    #: The customer at Stripe; empty where invoices are ours.
    stripe_customer_id = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001
    #: The subscription at Stripe; empty where invoices are ours.
    stripe_subscription_id = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001

    class Meta(TenantModel.Meta):
        db_table = "subscriptions"
        indexes = [
            models.Index(fields=["organization", "plan"], name="subscriptions_plan"),
            models.Index(fields=["organization", "pending_plan"], name="subscriptions_pending"),
        ]
        constraints = [
            # What Stripe tells names its customer, before a firm is known; and the clock asks for which firms it is time.
            TenantIsolation(name="subscription_tenant", operator="read", lookup=True),
            models.UniqueConstraint(fields=["organization"], name="subscriptions_one_each"),
            models.CheckConstraint(
                condition=models.Q(status__in=["trialing", "active", "past_due", "canceled"]),
                name="subscriptions_status",
            ),
            models.CheckConstraint(
                condition=models.Q(billing_period__in=["month", "year"])
                & models.Q(pending_billing_period__in=["", "month", "year"]),
                name="subscriptions_period",
            ),
            models.CheckConstraint(condition=models.Q(anchor_day__range=(1, 31)), name="subscriptions_anchor"),
            models.CheckConstraint(
                condition=models.Q(current_period_end__gt=models.F("current_period_start")), name="subscriptions_span"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="trialing") | models.Q(trial_ends_at__isnull=False),
                name="subscriptions_trial",
            ),
            models.CheckConstraint(
                condition=models.Q(status="past_due", past_due_since__isnull=False)
                | (~models.Q(status="past_due") & models.Q(past_due_since__isnull=True)),
                name="subscriptions_past_due",
            ),
            models.CheckConstraint(
                condition=models.Q(status="canceled", canceled_at__isnull=False)
                | (~models.Q(status="canceled") & models.Q(canceled_at__isnull=True)),
                name="subscriptions_canceled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}, {self.get_status_display().lower()}"

    @property
    def is_trial(self) -> bool:
        return self.status == self.Status.TRIALING

    @property
    def is_canceled(self) -> bool:
        return self.status == self.Status.CANCELED
