"""The plans as they are sold, for the public site to show: whoever runs this may read one database and write the other."""

from typing import Any

from billing.models import PlanFeature, SubscriptionPlan


def plans_on_offer() -> list[dict[str, Any]]:
    return [
        {
            "code": plan.code,
            "name": plan.name,
            "tagline": plan.tagline,
            "currency": plan.currency,
            "price_month": plan.price_month,
            "price_year": plan.price_year,
            "trial_days": plan.trial_days,
            "position": plan.position,
            "features": [
                held(one) for one in plan.plan_features.select_related("feature").order_by("feature__position")
            ],
        }
        for plan in SubscriptionPlan.objects.filter(is_offered=True)
    ]


def held(holds: PlanFeature) -> dict[str, Any]:
    feature = holds.feature
    return {
        "key": feature.key, "name": feature.name, "kind": feature.kind, "unit": feature.unit,
        "enabled": holds.enabled, "limit": holds.limit,
    }  # fmt: skip
