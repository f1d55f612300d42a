"""How many people a firm's plan has seats for: a number in its limits, which operators keep."""

from billing.entitlements import Entitlement
from organizations.models import Organization


def within_plan(used: int) -> Entitlement:
    """Without a number there is no limit."""
    limit = Organization.objects.values_list("usage_limits", flat=True).get().get("seats")
    if type(limit) is not int or used <= limit:
        return Entitlement(allowed=True, limit=limit)
    return Entitlement(
        allowed=False,
        limit=limit,
        reason=(
            f"Your plan has {limit} seat{'' if limit == 1 else 's'}, and all are taken. Free one, or ask Tickmark for "
            "more: they set how many your plan has."
        ),
    )
