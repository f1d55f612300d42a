"""Another plan: which there are, what the change would mean, and doing it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import subscribing
from billing.models import Subscription, SubscriptionPlan
from billing.plan_words import all_promises, price_words
from billing.preview import ending, preview
from billing.subscribing import NotPossible
from billing.terms import plan_in_force, smallest_plan
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

Span = Subscription.Period
#: Ways to take the money first: each may answer with where to go; the first that does is taken, and it changes the plan.
checkouts: list[Callable[[OrganizationRequest, SubscriptionPlan, str], HttpResponse | None]] = []


@require_safe
@requires(Permission.VIEW_BILLING)
def billing_plans(request: OrganizationRequest) -> HttpResponse:
    subscription, span = subscribing.begin_trial(), _span(request.GET.get("period", ""))
    plans = list(SubscriptionPlan.objects.filter(is_offered=True))
    in_force = plan_in_force(subscription)
    rows = [
        {"plan": plan, "price": price_words(plan, span), "promises": promises, "is_current": plan == in_force,
         "is_smaller": plan.position < in_force.position}
        for plan, promises in all_promises(plans).items()
    ]  # fmt: skip
    context = {"rows": rows, "span": span, "subscription": subscription, "is_kept": not subscription.is_trial}
    return render(request, "billing/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_BILLING)
def billing_plan(request: OrganizationRequest, code: str) -> HttpResponse:
    """What the change means, before and with the button that makes it."""
    plan = get_object_or_404(SubscriptionPlan, code=code, is_offered=True)
    subscription, span = subscribing.begin_trial(), _span(request.POST.get("period") or request.GET.get("period", ""))
    if request.method == "POST":
        return _change(request, plan, span)
    context = {"preview": preview(subscription, plan, span), "price": price_words(plan, span), "span": span,
               "subscription": subscription, "in_force": plan_in_force(subscription)}  # fmt: skip
    return render(request, "billing/plan.html", context)


def _change(request: OrganizationRequest, plan: SubscriptionPlan, span: str) -> HttpResponse:
    for way in checkouts if not plan.is_free else ():
        if answer := way(request, plan, span):
            return answer
    changed = subscribing.choose(plan, span)
    waits = changed.pending_plan == plan
    messages.success(request, f"{plan} begins with the next period" if waits else f"You are on the {plan} plan")
    return redirect("billing")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_BILLING)
def billing_cancellation(request: OrganizationRequest) -> HttpResponse:
    subscription = subscribing.begin_trial()
    if request.method == "POST":
        try:
            subscribing.cancel()
        except NotPossible as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, "The plan ends with its period. Until then nothing changes")
        return redirect("billing")
    context = {"preview": ending(subscription, smallest_plan()), "subscription": subscription}
    return render(request, "billing/cancellation.html", context)


@require_POST
@requires(Permission.MANAGE_BILLING)
def billing_keeping(request: OrganizationRequest) -> HttpResponse:
    """Take back a smaller plan, or an end, that waits for the period."""
    kept = subscribing.keep_plan()
    messages.success(request, f"The {kept.plan} plan goes on")
    return redirect("billing")


def _span(text: str) -> str:
    return Span.YEAR if text == Span.YEAR else Span.MONTH
