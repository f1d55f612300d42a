"""The plans as they are sold, for the public site to show: whoever runs this may read one database and write the other."""

import logging
from typing import Any

from django.db import Error
from django.utils.connection import ConnectionDoesNotExist

from billing.models import PlanFeature, SubscriptionPlan
from marketing import offers

logger = logging.getLogger(__name__)


def show_on_site() -> str:
    """The pricing page as plans are sold now; where its database is out of reach, what is left for the operator to do."""
    try:
        offers.refresh()
    except (Error, ConnectionDoesNotExist):
        logger.warning("The pricing page could not be told of the plans", exc_info=True)
        return "The pricing page still shows the plans as they were. Copy them there when its database can be reached."
    return "The pricing page shows the plans as they are sold now."


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
