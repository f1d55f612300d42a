"""The firm's plan: what it costs and has used, how many seats there are, and where invoices go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from billing import buying, subscribing
from billing.forms import BillingContactForm, SeatsForm
from billing.models import FeatureOverride
from billing.overview import Overview
from billing.refusing import payers
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.permissions import Permission

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.VIEW_BILLING)
def billing(request: OrganizationRequest) -> HttpResponse:
    subscription = subscribing.begin_trial()
    overrides = (
        FeatureOverride.objects.in_force().select_related("feature").order_by("feature__position", "-created_at")
    )
    context = {
        "it": Overview(subscription, request.organization.today), "subscription": subscription, "overrides": overrides,
        "pack": buying.offer(subscription), "payers": [person for person in payers() if person != request.member],
    }  # fmt: skip
    return render(request, "billing/overview.html", context)


@PAGE
@requires(Permission.MANAGE_BILLING)
def billing_contact(request: OrganizationRequest) -> HttpResponse:
    firm = Organization.objects.get()
    form = BillingContactForm(request.POST or None, instance=firm)
    if form.is_valid():
        form.save()
        messages.success(request, f"Invoices go to {firm.billing_email}" if firm.billing_email else "Address removed")
        return redirect("billing")
    return render(request, "billing/contact.html", {"form": form}, status=422 if form.errors else 200)


@PAGE
@requires(Permission.MANAGE_BILLING)
def billing_seats(request: OrganizationRequest) -> HttpResponse:
    subscription = subscribing.held() if request.method == "POST" else subscribing.begin_trial()
    form = SeatsForm(request.POST if request.method == "POST" else None, subscription=subscription)
    if form.is_valid():
        subscribing.change(subscription, seats=form.cleaned_data["seats"])
        messages.success(request, "Seats saved")
        return redirect("billing")
    return render(request, "billing/seats.html", {"form": form}, status=422 if form.errors else 200)
