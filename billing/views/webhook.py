"""Where Stripe tells what happened. Kept at once, acted on by a job."""

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.payment import event_log
from billing.payment.jobs import process_stripe_event
from tenancy.context import tenant


@csrf_exempt  # no browser sends this; the signature is the proof
@login_not_required
@require_POST
def stripe_webhook(request: Any) -> HttpResponse:
    """What is refused Stripe sends again, for days."""
    if not _may_go_on(request):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    try:
        event = event_log.verified(request.body, request.headers.get("Stripe-Signature", ""))
    except event_log.BadSignature:
        return HttpResponse("Not a signed event.", status=400, content_type="text/plain")
    firm, waiting = event_log.keep(event)
    if firm and waiting:
        with tenant(firm):
            process_stripe_event.enqueue(event_id=waiting.pk)
    return HttpResponse(status=204)


def _may_go_on(request: Any) -> bool:
    limits = {"stripe_events": f"{settings.STRIPE['webhook_limit']}/ip"}
    return bool(ratelimit.consume(request, app="tickmark", action="stripe_events", config=limits))
