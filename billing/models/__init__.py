from billing.models.credit_grant import CreditGrant
from billing.models.credit_reservation import CreditReservation
from billing.models.override import FeatureOverride
from billing.models.plan import Feature, PlanFeature, SubscriptionPlan
from billing.models.subscription import Subscription
from billing.models.usage_counter import UsageCounter
from billing.models.usage_event import UsageEvent, UsageEventKey

__all__ = [
    "CreditGrant",
    "CreditReservation",
    "Feature",
    "FeatureOverride",
    "PlanFeature",
    "Subscription",
    "SubscriptionPlan",
    "UsageCounter",
    "UsageEvent",
    "UsageEventKey",
]
