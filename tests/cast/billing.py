"""A firm's plan, what is counted for the bill, and what it may beyond."""

from datetime import timedelta

from django.utils import timezone

from billing import usage
from billing.models import (
    CreditGrant,
    CreditReservation,
    Feature,
    FeatureOverride,
    Invoice,
    InvoiceLine,
    StripeEvent,
    Subscription,
    SubscriptionPlan,
    UsageCounter,
    UsageEventKey,
)
from tests.cast.firm import Firm


def add_plan(firm: Firm) -> None:
    """The plan without limits of number, for a month from today."""
    now, plan = timezone.now(), SubscriptionPlan.objects.get(code="firm")
    firm.rows["subscription"] = Subscription.objects.create(
        plan=plan, status="active", unit_price=plan.price_month, anchor_day=now.day,
        current_period_start=now, current_period_end=now + timedelta(days=28),
    )  # fmt: skip


def add_usage(firm: Firm) -> None:
    """One metered act, under the same key in both firms."""
    event = usage.record("pdf_export", key="the first export", credits=2, member=firm.members["owner"])
    firm.rows |= {"usage_event": event, "usage_event_key": UsageEventKey.objects.get(pk=event.pk)}
    add_exceptions(firm)
    add_invoice(firm)


def add_exceptions(firm: Firm) -> None:
    """All of them over: an exception that has ended, credits that have run out, a promise that was taken back."""
    past = timezone.now() - timedelta(days=40)
    counter = UsageCounter.objects.create(feature="credits", period_start=past.date())
    firm.rows |= {
        "counter": counter,
        "override": FeatureOverride.objects.create(
            feature=Feature.objects.get(key="seats"), limit=3, reason="A trial of the old plan", set_by="Olga Operator",
            expires_at=past, ended_at=past,
        ),
        "grant": CreditGrant.objects.create(
            amount=50, source="gift", reason="For the wait", granted_by="Olga Operator", expires_at=past,
            reference="the first payment",
        ),
        "reservation": CreditReservation.objects.create(
            key="the first draft", event_type="ai_call", counter=counter, from_plan=20, from_grants=0,
            member=firm.members["member"], status="released", expires_at=past,
        ),
    }  # fmt: skip


def add_invoice(firm: Firm) -> None:
    """One that is paid, with its line."""
    now = timezone.now()
    invoice = Invoice.objects.create(
        number="TM-2020-0001", status="paid", subtotal=4_900, tax_percent=20, tax=980, total=5_880, amount_paid=5_880,
        recipient={"name": firm.organization.name}, issued_at=now, due_on=now.date(), paid_at=now, period_start=now,
        period_end=now + timedelta(days=28),
    )  # fmt: skip
    line = InvoiceLine.objects.create(
        invoice=invoice, kind="seats", description="Firm, 1 seat", unit_amount=4_900, amount=4_900
    )
    Invoice.objects.create(
        number="STRIPE-1", source="stripe", stripe_invoice_id="in_1", status="void", issued_at=now, voided_at=now
    )
    event = StripeEvent.objects.create(
        event_id=f"evt_{firm.organization.slug}", type="invoice.paid", happened_at=now, payload={"data": {"object": {}}},
        organization_id=firm.organization.pk, processed_at=now,
    )  # fmt: skip
    firm.rows |= {"invoice": invoice, "invoice_line": line, "stripe_event": event}
