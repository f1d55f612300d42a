"""Paying by card: off to Stripe, back from it, and to the customer's own pages there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from billing import paying, subscribing
from billing.models import SubscriptionPlan
from billing.payment import checkout
from billing.payment.customers import ForeignObject
from billing.payment.gateway import StripeRefused, StripeSilent
from billing.subscribing import NotPossible
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

#: Filled in by Stripe: which page the firm comes back from.
RETURN = "?session={CHECKOUT_SESSION_ID}"


def choose(request: Any, plan: SubscriptionPlan, period: str) -> HttpResponse:
    """Take a plan: by card on Stripe's page, or on account."""
    back = request.build_absolute_uri(reverse("billing"))
    done = request.build_absolute_uri(reverse("checkout_return")) + RETURN
    try:
        address = paying.choose(plan, period, success_url=done, cancel_url=back)
    except NotPossible as refused:
        messages.error(request, str(refused))
        return redirect("billing")
    if address:
        return leaving(request, address)
    row = subscribing.held()
    waits = row.cancel_at_period_end or row.pending_plan == plan
    messages.success(request, f"{plan} begins with the next period" if waits else f"You are on the {plan} plan")
    return redirect("billing")


def leaving(request: Any, address: str) -> HttpResponse:
    """A page between: a form may not lead to another site (its policy says so), a page may."""
    answer = render(request, "billing/checkout/leaving.html", {"address": address})
    answer.headers["Refresh"] = f"0; url={address}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@requires(Permission.MANAGE_BILLING)
def checkout_return(request: OrganizationRequest) -> HttpResponse:
    """Back from paying. Stripe itself is asked whether it was paid: its event may come later."""
    try:
        bought = checkout.came_back(request.GET.get("session", ""))
    except ForeignObject:
        return render(request, "404.html", status=404)
    except StripeSilent as silent:
        return render(request, "billing/checkout/waiting.html", {"reason": str(silent)})
    except StripeRefused as refused:
        messages.error(request, str(refused))
        return redirect("billing")
    if bought:
        messages.success(request, f"Paid. {bought}")
    else:
        messages.warning(request, "Nothing was paid. The plan is as it was")
    return redirect("billing")


@require_POST
@requires(Permission.MANAGE_BILLING)
def payment_portal(request: OrganizationRequest) -> HttpResponse:
    """Stripe's pages for the card and its invoices."""
    try:
        address = checkout.portal(return_url=request.build_absolute_uri(reverse("billing")))
    except StripeRefused as refused:
        messages.error(request, str(refused))
        return redirect("billing")
    return leaving(request, address)
