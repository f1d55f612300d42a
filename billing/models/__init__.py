from billing.models.credit_grant import CreditGrant
from billing.models.credit_reservation import CreditReservation
from billing.models.invoice import Invoice, InvoiceLine, InvoiceNumber
from billing.models.override import FeatureOverride
from billing.models.plan import Feature, PlanFeature, SubscriptionPlan
from billing.models.stripe_event import StripeCustomer, StripeEvent
from billing.models.subscription import Subscription
from billing.models.usage_counter import UsageCounter
from billing.models.usage_event import UsageEvent, UsageEventKey

__all__ = [
    "CreditGrant",
    "CreditReservation",
    "Feature",
    "FeatureOverride",
    "Invoice",
    "InvoiceLine",
    "InvoiceNumber",
    "PlanFeature",
    "StripeCustomer",
    "StripeEvent",
    "Subscription",
    "SubscriptionPlan",
    "UsageCounter",
    "UsageEvent",
    "UsageEventKey",
]
