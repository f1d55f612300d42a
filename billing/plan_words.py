"""Plans in the words of price lists."""

from billing.amounts import number, price, size
from billing.features import F
from billing.models import Feature, PlanFeature, SubscriptionPlan
from billing.terms import Terms

YEAR = 365
#: Where “Unlimited” would sound odd, or more is meant.
UNLIMITED = {F.CLIENTS: "Unlimited clients and contacts", F.SEATS: "As many seats as you need"}


def promise(feature: Feature, limit: int | None) -> str:
    """“3 clients”, “Unlimited clients and contacts”, “5,000 credits a month”, “250 GB of files”, “SSO”."""
    if feature.kind == Feature.Kind.BOOLEAN:
        return feature.name
    if limit is None:
        return UNLIMITED.get(F(feature.key), f"{feature.name} without limit")
    if feature.unit == "bytes":
        return f"{size(limit)} of files"
    if feature.unit == "days":
        return f"{feature.name} kept for {time(limit)}"
    unit = feature.unit.removesuffix("s") if limit == 1 else feature.unit
    return f"{number(limit)} {unit}{' a month' if feature.kind == Feature.Kind.METERED else ''}"


def time(days: int) -> str:
    years = round(days / YEAR)
    return f"{days} days" if days < YEAR else f"{years} year{'' if years == 1 else 's'}"


def promises(plan: SubscriptionPlan, held: list[PlanFeature]) -> list[str]:
    return [promise(row.feature, row.limit) for row in held if row.plan_id == plan.pk and row.enabled]


def all_promises(plans: list[SubscriptionPlan]) -> dict[SubscriptionPlan, list[str]]:
    """What every one of these plans holds, in the order of the features."""
    held = list(PlanFeature.objects.filter(plan__in=plans).select_related("feature").order_by("feature__position"))
    return {plan: promises(plan, held) for plan in plans}


def price_words(plan: SubscriptionPlan, billing_period: str) -> str:
    """“£49 a seat each month”."""
    if plan.is_free:
        return "Free"
    return f"{price(plan.price(billing_period), plan.currency)} a seat each {billing_period}"


def months_free(plans: list[SubscriptionPlan]) -> str:
    """“2 months free”: what a year paid at once saves; empty where that is not the same for every plan that costs something."""
    paid = [plan for plan in plans if not plan.is_free]
    saved = {divmod(12 * plan.price_month - plan.price_year, plan.price_month) for plan in paid}
    months, rest = saved.pop() if len(saved) == 1 else (0, 0)
    return f"{months} month{'' if months == 1 else 's'} free" if months > 0 and not rest else ""


#: What becomes of what a smaller plan does not hold. Nothing is deleted.
AFTERWARDS = {
    F.WORKPAPERS: "Binders and workpapers can be read and downloaded, not changed or signed.",
    F.TEMPLATES: "Templates and rules for reminders stay as they are, and cannot be changed.",
    F.PORTAL_BRAND: "The portal and its mails show the usual colour instead of yours.",
    F.CUSTOM_ROLES: "Roles you have made keep working; none can be added or changed.",
    F.SSO: "Rules for single sign-on stay as they are, and cannot be changed.",
    F.DOMAINS: "Proven domains stay yours; none can be added.",
    F.API: "Programs with your tokens are refused.",
    F.AUDIT_EXPORT: "The audit log can be read, not exported.",
}


def afterwards(terms: Terms, used: int) -> str:
    """Of a limit that is passed: how many stay open, and what becomes of the others."""
    limit = terms.limit or 0
    over = used - limit
    if terms.feature.key == F.STORAGE:
        return f"{size(used)} are kept; until there are fewer than {size(limit)}, only clients add files."
    if terms.feature.key == F.SEATS:
        return f"{over} {'person' if over == 1 else 'people'}, who came last, can read and no longer change anything."
    if terms.feature.key == F.REQUEST_LISTS:
        return f"All {used} open lists go on; none can be added before {over + 1} are closed."
    last = "the one that came last" if over == 1 else "those that came last"
    return f"{number(over)} of {number(used)} {terms.feature.unit}, {last}, can be read and not changed."
