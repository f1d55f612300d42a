"""The log of what Stripe told: kept first, acted on afterwards, and again whenever somebody asks."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe
from django.conf import settings
from django.db import models
from django.utils import timezone

from billing.models import StripeEvent
from billing.payment import credits, customers, following, sessions
from tenancy.context import tenant

#: Older signatures are refused, so that nobody sends a captured one again (Stripe's own default).
TOLERANCE_SECONDS = 300
#: What an event may be about, if it is to change anything here.
SESSIONS, INVOICES, CHARGES = ("checkout.session",), ("invoice",), ("charge",)
FOLLOWED = ("subscription", *SESSIONS, *INVOICES)


class BadSignature(Exception):
    """Not from Stripe, or too old, or not an event."""


def verified(body: bytes, signature: str) -> dict[str, Any]:
    """The event in this body. Any of the secrets will do, so that they can be changed. Raises BadSignature."""
    if not any(_signs(body, signature, secret) for secret in settings.STRIPE["webhook_secrets"]):
        raise BadSignature
    try:
        event = json.loads(body)
        happened_at(event), event["id"] + event["type"], event["data"]["object"]["object"]
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise BadSignature from error
    return event


def _signs(body: bytes, signature: str, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def happened_at(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(event["created"], UTC)


def keep(event: dict[str, Any]) -> tuple[UUID | None, StripeEvent | None]:
    """Write the event down, once. The answer is whose it is, and the event if it waits to be processed."""
    about = event["data"]["object"]
    customer = about.get("id") if about["object"] == "customer" else about.get("customer")
    firm = customers.firm_of(customer) if isinstance(customer, str) else None
    with tenant(firm) if firm else nullcontext():
        row = StripeEvent(
            event_id=event["id"], type=event["type"], happened_at=happened_at(event), payload=event, organization_id=firm,
            processed_at=None if firm else timezone.now(),
        )  # fmt: skip
        StripeEvent.objects.bulk_create([row], ignore_conflicts=True)
        return firm, StripeEvent.objects.filter(event_id=event["id"], processed_at=None).first()


def process(event_id: UUID | str) -> None:
    """Do what an event of the firm in force asks for. Doing it again changes nothing."""
    row = StripeEvent.objects.filter(pk=event_id).first()
    if row is None:
        return
    about = row.payload["data"]["object"]
    if about.get("object") in FOLLOWED:
        following.follow_subscription()
    if about.get("object") in INVOICES:
        following.follow_invoice(about["id"])
    if about.get("object") in SESSIONS:
        credits.follow(sessions.own(about["id"]))
    if about.get("object") in CHARGES:
        credits.follow_charge(about["id"])
    mine = StripeEvent.objects.filter(pk=row.pk)
    mine.update(processed_at=timezone.now(), attempts=models.F("attempts") + 1, error="")


def note_failure(event_id: UUID | str, error: Exception) -> None:
    """So that operators see what is wrong without reading a server's output."""
    mine = StripeEvent.objects.filter(pk=event_id)
    mine.update(attempts=models.F("attempts") + 1, error=f"{type(error).__name__}: {error}"[:1000])
