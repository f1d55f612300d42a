"""The sentence of a refusal: what the plan has, which plan has more, and who can change it."""

from billing import packs
from billing.amounts import number, size
from billing.features import F
from billing.models import Feature, PlanFeature, SubscriptionPlan
from billing.terms import Terms
from organizations.models import Membership
from organizations.models.membership import Role
from organizations.permissions import Permission

#: How many people are named; the others of them are not hard to find.
MOST_NAMES = 2


def sentence(terms: Terms, *, used: int, adding: int) -> str:
    return f"{_what(terms, used, adding)} {_way_out(terms, used + adding)}"


def frozen_sentence(terms: Terms, *, used: int) -> str:
    has = f"Your plan has {amount(terms.feature, terms.limit or 0)}, and the firm has {number(used)}"
    return f"{has}: those that came last can be read, not changed. {_way_out(terms, used)}"


def amount(feature: Feature, value: int) -> str:
    """“3 clients”, “1 client”, “250 GB”."""
    if feature.unit == "bytes":
        return size(value)
    unit = feature.unit.removesuffix("s") if value == 1 else feature.unit
    return f"{number(value)} {unit}".strip()


def _what(terms: Terms, used: int, adding: int) -> str:
    feature = terms.feature
    if not terms.enabled or feature.kind == Feature.Kind.BOOLEAN:
        return f"{feature.name}: not in the {terms.plan} plan."
    limit = terms.limit or 0
    has = f"Your plan has {amount(feature, limit)}"
    if feature.kind == Feature.Kind.METERED:
        return f"{has} a month; {number(max(limit - used, 0))} are left, and this takes {number(adding)}."
    if feature.unit == "bytes":
        return f"{has}; {size(used)} are taken, and this needs {size(adding)}."
    if used >= limit:
        return f"{has}, and {'it is' if limit == 1 else 'all are'} taken."
    return f"{has}; {number(used)} {'is' if used == 1 else 'are'} taken, and this needs {number(adding)} more."


def _way_out(terms: Terms, wanted: int) -> str:
    who = who_can_change()
    if terms.is_own_limit:
        return f"{who} can add more under Billing."
    if terms.override is not None:
        return "Ask Tickmark for more: they have set this for your firm."
    plan = plan_with(terms, wanted)
    if plan is None and terms.feature.key == F.CREDITS and terms.plan.price_month and packs.are_sold():
        return f"{who} can add credits under Billing."
    if plan is None:
        return "No plan has more: ask Tickmark."
    has = "it" if terms.feature.kind == Feature.Kind.BOOLEAN or not terms.enabled else "more"
    free = "Free one, or change: the" if terms.feature.key == F.SEATS else "The"
    return f"{free} {plan} plan has {has}, and {who} can change it under Billing."


def plan_with(terms: Terms, wanted: int) -> SubscriptionPlan | None:
    """The smallest plan above the firm's that would allow it."""
    above = PlanFeature.objects.filter(
        feature=terms.feature, enabled=True, plan__is_offered=True, plan__position__gt=terms.plan.position
    ).select_related("plan")
    for held in above.order_by("plan__position"):
        if held.limit is None or wanted <= held.limit:
            return held.plan
    return None


def payers() -> list[Membership]:
    """Who changes the plan: owners first, then those who keep the bills."""
    people = Membership.objects.active().filter(role__in=[Role.OWNER, Role.BILLING]).with_roles()
    able = [member for member in people if member.can(Permission.MANAGE_BILLING)]
    return sorted(able, key=lambda member: (member.role != Role.OWNER, member.display_name.casefold()))


def who_can_change() -> str:
    return " or ".join(member.display_name for member in payers()[:MOST_NAMES]) or "An owner"
