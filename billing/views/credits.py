"""More credits than the plan has: which the firm bought or was given, and buying some."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing import buying, subscribing
from billing.forms import CreditsForm
from billing.models import CreditGrant
from billing.subscribing import NotPossible
from billing.views.checkout import RETURN, leaving
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

#: What is used up or over is history: so many of all are shown.
SHOWN = 25


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_BILLING)
def billing_credits(request: OrganizationRequest) -> HttpResponse:
    """What buying means, before and with the button that does it."""
    subscription = subscribing.begin_trial()
    form = CreditsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _bought(request, form)
    grants = CreditGrant.objects.order_by("-created_at", "-id")[:SHOWN]
    context = {"form": form, "pack": buying.offer(subscription), "grants": grants, "subscription": subscription}
    return render(request, "billing/credits.html", context, status=422 if form.errors else 200)


def _bought(request: OrganizationRequest, form: CreditsForm) -> HttpResponse:
    back, done = (request.build_absolute_uri(reverse(name)) for name in ("billing_credits", "checkout_return"))
    try:
        address = buying.buy(
            form.cleaned_data["key"], by=request.member, success_url=f"{done}{RETURN}", cancel_url=back
        )
    except NotPossible as refused:
        messages.error(request, str(refused))
        return redirect("billing")
    if address:
        return leaving(request, address)
    messages.success(request, "Credits added. Their invoice is on its way")
    return redirect("billing")
