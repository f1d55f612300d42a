"""What operators read of a firm's plan and use, beside the firm: asked as they are, outside every firm."""

from django.utils import timezone

from billing.models import FeatureOverride, Subscription, UsageCounter
from organizations.firm_facts import Fact, Section
from organizations.models import Organization


def plan_and_use(firm: Organization) -> Section:
    kept = Subscription.objects.select_related("plan").filter(organization=firm).first()
    if kept is None:
        return Section("Plan and use", [Fact("Plan", firm.plan_type)])
    at = "/admin/billing/subscription/"
    facts = [
        Fact(
            "Plan",
            f"{kept.plan}, {kept.get_status_display().lower()}",
            kept.status == "past_due",
            f"{at}{kept.pk}/change/",
        ),
        Fact("Paid", kept.get_billing_period_display().lower()),
        Fact("Period ends", timezone.localdate(kept.current_period_end)),
    ]
    overrides = FeatureOverride.objects.in_force().filter(organization=firm).count()
    facts.append(Fact("Exceptions from the plan", overrides))
    counted = UsageCounter.objects.filter(organization=firm).order_by("feature", "-period_start").distinct("feature")
    facts += [
        Fact(f"{counter.feature.replace('_', ' ').capitalize()} used", counter.used.normalize())
        for counter in counted
        if counter.used
    ]
    return Section("Plan and use", facts)
