"""What tests set of a firm's plan; called inside the firm."""

from billing import copying, subscribing
from billing.models import Feature, FeatureOverride, Subscription, SubscriptionPlan


def exception(feature: str, limit: int | None = None, *, enabled: bool = True) -> FeatureOverride:
    made = FeatureOverride.objects.create(
        feature=Feature.objects.get(key=feature),
        limit=limit,
        enabled=enabled,
        reason="Agreed by telephone",
        set_by="Olga",
    )
    copying.copy_to_firm()
    return made


def on_plan(code: str, billing_period: str = "month") -> Subscription:
    return subscribing.activate(SubscriptionPlan.objects.get(code=code), billing_period)
