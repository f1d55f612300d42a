"""Where no card pays: a plan is taken on account, invoices come with the periods, operators see the money come in."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.models import AuditLog
from billing import paying, subscribing, usage
from billing.invoicing import breakdown, issuing, lines
from billing.invoicing.numbering import next_number
from billing.models import Invoice, InvoiceLine, Subscription, SubscriptionPlan
from billing.payment.jobs import settle_payment
from billing.periods import midnight
from billing.tests.at_once import doing_at_once
from organizations.models import Membership, Organization
from tests.cast import Cast, Firm, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def plan(code: str) -> SubscriptionPlan:
    return SubscriptionPlan.objects.get(code=code)


def cast_off(firm: Firm) -> None:
    """On trial, and never asked for money."""
    InvoiceLine.objects.all().delete()
    Invoice.objects.all().delete()
    end = timezone.now() + timedelta(days=10)
    Subscription.objects.update(status="trialing", trial_ends_at=end)


def order(firm: Firm, code: str = "practice", period: str = "month") -> Any:
    return signed_in(firm.members["billing"]).post(firm.url("billing_plan", code=code), {"period": period})


def newest() -> Invoice:
    return Invoice.objects.latest("issued_at")


def amounts(invoice: Invoice) -> list[tuple[str, int]]:
    return list(invoice.lines.order_by("position").values_list("kind", "amount"))


def test_from_the_order_to_the_money(cast: Cast, sign_in: Any, settings: Any) -> None:
    settings.INVOICING = {
        **settings.INVOICING,
        "issuer": ["Tickmark Ltd", "1 Ledger Row"],
        "pay_to": ["IBAN GB00 TICK"],
    }
    firm = cast.ours
    with firm.inside():
        cast_off(firm)
        Organization.objects.update(billing_email="accounts@harcourt.example", address={"line1": "4 Mill Lane"})
        seats = paying.checkout.seats.to_pay()
    assert order(firm).status_code == 302
    run_jobs()
    with firm.inside():
        invoice, row = newest(), Subscription.objects.get()
        assert (row.status, row.plan.code) == ("active", "practice")
        assert (invoice.status, invoice.subtotal, invoice.tax) == ("open", seats * 2_900, seats * 580)
        assert invoice.due_on == firm.organization.today + timedelta(days=14)
        assert ("seats", seats * 2_900) in amounts(invoice)
    [sent] = mail.outbox
    [(name, pdf, kind)] = sent.attachments
    assert (sent.to, name, kind) == (["accounts@harcourt.example"], f"{invoice.number}.pdf", "application/pdf")
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    for word in (
        str(invoice.number),
        "4 Mill Lane",
        "1 Ledger Row",
        "IBAN GB00 TICK",
        "VAT 20%",
        f"£{seats * 34.8:,.2f}",
    ):
        assert word in words
    answer = signed_in(firm.members["billing"]).get(firm.url("invoice_pdf", invoice_id=invoice.pk))
    assert answer.content[:4] == b"%PDF"

    # Nobody pays: days of grace. An operator sees the money come, under their own name.
    with firm.inside():
        Invoice.objects.filter(pk=invoice.pk).update(due_on=firm.organization.today - timedelta(days=1))
    settle_payment.run(organization_id=str(firm.organization.pk))
    with firm.inside():
        assert Subscription.objects.get().status == "past_due"
    operator, place = sign_in(cast.operator), reverse("admin:billing_invoice_change", args=[invoice.pk])
    assert "Note the bank" in operator.post(place, {"settled_as": "paid", "payment_note": ""}).content.decode()
    assert operator.post(place, {"settled_as": "paid", "payment_note": "HSBC 4711"}).status_code == 302
    assert "paid before tax" in operator.get(reverse("admin:billing_invoice_changelist")).content.decode()
    with firm.inside():
        invoice.refresh_from_db()
        assert (invoice.status, invoice.amount_paid, invoice.outstanding) == ("paid", invoice.total, 0)
        assert Subscription.objects.get().status == "active"
        line = AuditLog.objects.filter(resource_type="invoices", action="update", resource_id=invoice.pk).latest(
            "created_at"
        )
        assert line.context["name"] == "Olga Operator, operator of Tickmark"
        assert line.new_values and line.new_values["status"] == "paid"
    again = operator.post(place, {"settled_as": "void", "payment_note": "x"}).content.decode()
    assert "Only open invoices" in again


def test_a_plan_that_begins_within_a_period_gives_back_what_is_left_of_it(cast: Cast) -> None:
    """Twice, so that nothing is given back twice; and on the first day all of it."""
    firm = cast.ours
    with firm.inside():
        cast_off(firm)
        order(firm)
        first = newest().subtotal
        order(firm, "firm")
        second = newest()
        assert amounts(second)[:2] == [("seats", first * 49 // 29), ("plan_change", -first)]
        subscribing.activate(plan("firm"), "year")
        third = newest()
        assert sum(amount for kind, amount in amounts(third) if kind == "plan_change") == -(first * 49 // 29)
        assert third.subtotal == sum(amount for _, amount in amounts(third)) > 0
        assert third.total == third.subtotal + third.tax
        numbers = list(Invoice.objects.order_by("number").values_list("number", flat=True))
        assert len(set(numbers)) == 3
        assert issuing.for_period(subscribing.held()) == third


def test_who_owes_for_long_gets_no_new_days_of_grace_by_choosing_again(cast: Cast) -> None:
    firm = cast.ours
    with firm.inside():
        cast_off(firm)
        order(firm)
        due_on = firm.organization.today - timedelta(days=9)
        Invoice.objects.update(due_on=due_on)
        since = midnight(due_on + timedelta(days=1), firm.organization.zone)
        assert issuing.see_to_payment().past_due_since == since
        for code in ("practice", "firm"):
            order(firm, code)
            row = subscribing.held()
            assert (row.plan.code, row.status, row.past_due_since) == (code, "past_due", since)
        assert Invoice.objects.count() == 2, "nor is the plan one has invoiced again"
        subscribing.end()
        [said] = get_messages(order(firm).wsgi_request)
        assert f"Invoice {Invoice.objects.earliest('issued_at')} is overdue" in str(said)
        Invoice.objects.update(status="paid", paid_at=timezone.now())
        order(firm)
        assert subscribing.held().status == "active"


def test_seats_that_come_and_go_stand_on_the_next_invoice(cast: Cast) -> None:
    firm = cast.ours
    with firm.inside():
        cast_off(firm)
        order(firm)
        seats = paying.checkout.seats.to_pay()
        issuing.note_seats()
        assert not InvoiceLine.objects.filter(invoice=None).exists()
        Membership.objects.filter(pk=firm.viewer.pk).update(role="billing")
        issuing.note_seats()
        issuing.note_seats()
        waiting = InvoiceLine.objects.get(invoice=None)
        assert (waiting.quantity, waiting.amount) == (-1, -2_900)
        row = subscribing.held()
        subscribing.go_on(row.current_period_end)
        renewed = newest()
        assert amounts(renewed)[0] == ("seats", 2_900 * (seats - 1)) and ("seat_change", -2_900) in amounts(renewed)
        assert not InvoiceLine.objects.filter(invoice=None).exists()


def test_nobody_is_asked_for_less_than_nothing(cast: Cast) -> None:
    firm = cast.ours
    with firm.inside():
        cast_off(firm)
        InvoiceLine.objects.create(kind="other", description="For the outage", unit_amount=-(10**6), amount=-(10**6))
        order(firm)
        asked = newest()
        assert (asked.status, asked.total) == ("paid", 0)
        left = InvoiceLine.objects.get(invoice=None).amount
        assert left == -(10**6) + 2_900 * paying.checkout.seats.to_pay()


def test_what_had_waited_for_an_invoice_that_is_void_waits_for_the_next(cast: Cast) -> None:
    firm = cast.ours
    with firm.inside():
        cast_off(firm)
        order(firm)
        Membership.objects.filter(pk=firm.viewer.pk).update(role="billing")
        issuing.note_seats()
        InvoiceLine.objects.create(kind="other", description="For the outage", unit_amount=-150, amount=-150)
        row, firm_row = subscribing.held(), Organization.objects.get()
        asked = issuing.issue(firm_row, row, [lines.credits_line("1,000 credits", 9_000)], is_of_period=False)
        assert amounts(asked) == [("credits", 9_000), ("seat_change", -2_900), ("other", -150)]
        for status, waits in (("uncollectible", []), ("void", [("seat_change", -2_900), ("other", -150)])):
            Invoice.objects.filter(pk=asked.pk).update(status="open")
            issuing.settle(asked.pk, status, note="Made out to the wrong company")
            assert list(lines.waiting().order_by("created_at").values_list("kind", "amount")) == waits
        assert len(amounts(asked)) == 3, "the void one still says what it said"
        issuing.note_seats()
        assert lines.waiting().count() == 2
        subscribing.go_on(row.current_period_end)
        assert {("seat_change", -2_900), ("other", -150)} < set(amounts(newest()))


def test_who_used_what_adds_up_to_the_line_to_the_penny(cast: Cast) -> None:
    firm = cast.ours
    with firm.inside():
        cast_off(firm)
        people = [firm.owner, firm.admin, firm.member, None]
        for number in range(17):
            usage.record(
                "ai_call", key=f"a{number}", credits=Decimal(number) / 3 + Decimal("0.01"), member=people[number % 4]
            )
        InvoiceLine.objects.create(kind="credits", description="1,000 credits", unit_amount=2_000, amount=2_000)
        row = subscribing.held()
        subscribing.change(row, plan=plan("firm"), status="active", unit_price=4_900, trial_ends_at=None)
        subscribing.go_on(row.current_period_end)
        invoice = newest()
        found = breakdown.of_invoice(invoice, firm.owner)
        assert found is not None
        for shares in (found.people, found.sessions):
            assert sum(share.credits for share in shares) == found.line.quantity
            assert sum(share.amount for share in shares) == found.cost == 2_000
        assert {share.name for share in found.people} >= {"Work of the system", firm.owner.display_name}
    page = signed_in(firm.owner).get(firm.url("invoice_detail", invoice_id=invoice.pk)).content.decode()
    assert "Credits by person" in page and "£20.00" in page


def test_the_list_is_paged_and_only_for_those_who_see_bills(cast: Cast, django_assert_max_num_queries: Any) -> None:
    firm = cast.ours
    with firm.inside():
        for number in range(60):
            Invoice.objects.create(
                number=f"X-{number:03d}", status="open", issued_at=timezone.now() - timedelta(days=number)
            )
    browser, place, seen = signed_in(firm.members["billing"]), firm.url("invoice_list"), []
    query = ""
    while True:
        with django_assert_max_num_queries(30):
            page = browser.get(place + query).context["page"]
        seen += [row.number for row in page.rows]
        if not page.next:
            break
        query = page.next
    assert len(seen) == len(set(seen)) == 62
    assert signed_in(firm.member).get(place).status_code == 403


def test_numbers_have_no_gaps_and_no_twins(permanent_cast: Cast, settings: Any, django_db_blocker: Any) -> None:
    """Of those who issue at once each gets the next number; one that is undone leaves none out."""

    def take(which: int) -> str:
        with suppress(ZeroDivisionError), transaction.atomic():
            return next_number(2031) if which % 3 else str(1 / len(next_number(2031)[99:]))
        return ""

    with doing_at_once(permanent_cast, settings, django_db_blocker) as run:
        taken = [number for number in run(take, range(12)) if number]
    assert sorted(taken) == [f"TM-2031-{number:04d}" for number in range(1, 9)]
