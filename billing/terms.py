"""What a firm's plan says of one feature, with what operators have allowed it beyond."""

from dataclasses import dataclass

from django.db import models

from billing.features import F
from billing.models import Feature, FeatureOverride, PlanFeature, Subscription, SubscriptionPlan


@dataclass(frozen=True)
class Terms:
    feature: Feature
    plan: SubscriptionPlan
    enabled: bool
    limit: int | None
    #: The exception that says so, where one does.
    override: FeatureOverride | None = None
    #: Whether the firm has set the limit itself, below what its plan allows.
    is_own_limit: bool = False

    def allows(self, wanted: int) -> bool:
        return self.enabled and (self.limit is None or wanted <= self.limit)


def subscription_of_firm(*, locked: bool = False) -> Subscription | None:
    """Of the firm in force; none where it has not begun yet."""
    if locked:
        list(Subscription.objects.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return Subscription.objects.select_related("plan", "pending_plan").first()


def plan_in_force(subscription: Subscription | None) -> SubscriptionPlan:
    """After the end of a subscription the smallest plan; before its beginning what a trial gives."""
    if subscription is None:
        return trial_plan()
    return smallest_plan() if subscription.is_canceled else subscription.plan


def smallest_plan() -> SubscriptionPlan:
    """What everybody keeps: one that costs nothing, wherever operators have placed it in the list."""
    return SubscriptionPlan.objects.alias(costs=models.Q(price_month__gt=0)).order_by("costs", "position")[:1].get()


def trial_plan() -> SubscriptionPlan:
    """The largest that may be tried; where none is, new firms begin on the smallest."""
    tried = SubscriptionPlan.objects.filter(is_offered=True, trial_days__gt=0).order_by("-position").first()
    return tried or smallest_plan()


def terms_of(key: str) -> Terms:
    """Of one feature, in three small queries; an unknown one is an error in the code that asks."""
    subscription = subscription_of_firm()
    plan, feature = plan_in_force(subscription), Feature.objects.get(key=key)
    override = FeatureOverride.objects.in_force().filter(feature=feature).order_by("-created_at", "-id").first()
    held = PlanFeature.objects.filter(plan=plan, feature=feature).first()
    return merged(feature, plan, held, override, subscription)


def all_terms(subscription: Subscription | None, plan: SubscriptionPlan | None = None) -> dict[str, Terms]:
    """Of every feature, in the order of price lists; under another plan than the one in force, if one is given."""
    plan = plan or plan_in_force(subscription)
    held = {row.feature_id: row for row in PlanFeature.objects.filter(plan=plan)}
    overrides = {row.feature_id: row for row in FeatureOverride.objects.in_force().order_by("created_at", "id")}
    return {
        feature.key: merged(feature, plan, held.get(feature.pk), overrides.get(feature.pk), subscription)
        for feature in Feature.objects.all()
    }


def merged(
    feature: Feature, plan: SubscriptionPlan, held: PlanFeature | None, override: FeatureOverride | None,
    subscription: Subscription | None,
) -> Terms:  # fmt: skip
    if override is not None:
        return Terms(feature, plan, override.enabled, override.limit, override)
    enabled, limit = (held.enabled, held.limit) if held else (False, 0)
    own = subscription.seats if subscription and feature.key == F.SEATS else None
    if enabled and own is not None and (limit is None or own < limit):
        return Terms(feature, plan, enabled, own, is_own_limit=True)
    return Terms(feature, plan, enabled, limit)
