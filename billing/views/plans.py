"""Another plan: which there are, what the change would mean, and doing it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import paying, subscribing
from billing.models import Subscription, SubscriptionPlan
from billing.plan_words import all_promises, months_free, price_words
from billing.preview import ending, preview
from billing.subscribing import NotPossible
from billing.terms import plan_in_force, smallest_plan
from billing.views.checkout import choose
from organizations.access import requires
from organizations.changing import told
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

Span = Subscription.Period


@require_safe
@requires(Permission.VIEW_BILLING)
def billing_plans(request: OrganizationRequest) -> HttpResponse:
    subscription, span = subscribing.begin_trial(), _span(request.GET.get("period", ""))
    plans = list(SubscriptionPlan.objects.filter(is_offered=True))
    in_force = plan_in_force(subscription)
    rows = [
        {"plan": plan, "price": price_words(plan, span), "promises": promises, "is_current": plan == in_force,
         "is_kept": not subscription.is_trial and (plan.is_free or subscription.billing_period == span),
         "is_smaller": plan.position < in_force.position}
        for plan, promises in all_promises(plans).items()
    ]  # fmt: skip
    context = {"rows": rows, "span": span, "subscription": subscription, "saved": months_free(plans)}
    return render(request, "billing/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_BILLING)
def billing_plan(request: OrganizationRequest, code: str) -> HttpResponse:
    """What the change means, before and with the button that makes it."""
    plan = get_object_or_404(SubscriptionPlan, code=code, is_offered=True)
    subscription, span = subscribing.begin_trial(), _span(request.POST.get("period") or request.GET.get("period", ""))
    if request.method == "POST":
        return choose(request, plan, span)
    context = {"preview": preview(subscription, plan, span), "price": price_words(plan, span), "span": span,
               "subscription": subscription, "in_force": plan_in_force(subscription)}  # fmt: skip
    return render(request, "billing/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_BILLING)
def billing_cancellation(request: OrganizationRequest) -> HttpResponse:
    subscription = subscribing.begin_trial()
    if request.method == "POST":
        told(
            request, paying.cancel, lambda: "The plan ends with its period. Until then nothing changes",
            refused=NotPossible,
        )  # fmt: skip
        return redirect("billing")
    context = {"preview": ending(subscription, smallest_plan()), "subscription": subscription}
    return render(request, "billing/cancellation.html", context)


@require_POST
@requires(Permission.MANAGE_BILLING)
def billing_keeping(request: OrganizationRequest) -> HttpResponse:
    """Take back a smaller plan, or an end, that waits for the period."""
    told(request, paying.keep_plan, lambda: f"The {subscribing.held().plan} plan goes on", refused=NotPossible)
    return redirect("billing")


def _span(text: str) -> str:
    return Span.YEAR if text == Span.YEAR else Span.MONTH
