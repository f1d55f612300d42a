"""What ties firms to Stripe: whose customer is whose, and the log of what Stripe told."""

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


class StripeCustomer(models.Model):
    """Which firm a customer at Stripe is. Written when we make the customer, never by what comes in."""

    #: The customer at Stripe, made by us for this firm.
    customer_id = models.CharField(max_length=80, primary_key=True)
    organization_id = models.UUIDField(unique=True)
    #: What pays, to be shown: `brand`, `last4`, `exp_month`, `exp_year`; empty where nothing does.
    card = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "stripe_customers"

    def __str__(self) -> str:
        return self.customer_id


class StripeEvent(models.Model):
    """One event whose signature was right, kept as it came. A firm sees those of its own customer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: Stripe's name of it: what comes twice is kept once.
    event_id = models.CharField(max_length=120, unique=True)
    #: What happened, in Stripe’s word: invoice.paid, …
    type = models.CharField(max_length=120)
    #: When it happened, as Stripe says.
    happened_at = models.DateTimeField()
    #: Whose customer it is about; empty where that is no firm's.
    organization_id = models.UUIDField(null=True, blank=True)
    #: The event as it came.
    payload = models.JSONField()
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    processed_at = models.DateTimeField(null=True, blank=True)
    #: How often it was tried to follow it.
    attempts = models.PositiveIntegerField(default=0)
    #: Why it could not be processed the last time.
    error = models.TextField(blank=True)

    class Meta:
        db_table = "stripe_events"
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="stripe_events_newest"),
            models.Index(
                fields=["organization_id"], condition=models.Q(processed_at=None), name="stripe_events_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
