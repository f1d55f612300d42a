"""Credits bought beside the plan, and what is owed to either side when a firm ends its plan or pays in another way."""

import urllib.request
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from billing import counting, paying, reservations, subscribing
from billing.invoicing import issuing, lines
from billing.models import CreditGrant, CreditReservation, Invoice, InvoiceLine, Subscription, SubscriptionPlan
from billing.payment import account_credit, customers
from billing.payment.jobs import settle_payment
from billing.tests.plans import exception, on_plan
from organizations.models import Membership
from tests.cast import Cast, Firm, signed_in
from tests.jobs import run_jobs
from tests.stripe_double import StripeDouble

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    return str(list(get_messages(answer.wsgi_request))[-1])


def pay_at(answer: Any, browser: Browser) -> Any:
    address = answer.headers["Refresh"].partition("url=")[2]
    with urllib.request.urlopen(address, data=b"card=4242") as paid:  # noqa: S310
        back = paid.read().decode().partition("url=")[2].partition('"')[0]
    return browser.get(back.partition("testserver")[2])


def bought(firm: Firm) -> list[tuple[int, int]]:
    with firm.inside():
        found = CreditGrant.objects.filter(source="purchase").order_by("created_at")
        return [(int(grant.amount), int(grant.used)) for grant in found]


def test_credits_on_account_are_there_at_once_and_once_and_only_as_long_as_they_are_paid_for(cast: Cast) -> None:
    ours, browser, page = cast.ours, signed_in(cast.ours.members["billing"]), cast.ours.url("billing_credits")
    with ours.inside():
        Invoice.objects.filter(status="open").update(due_on=ours.organization.today + timedelta(days=9))
        on_plan("firm")
        exception("credits", 20)
        reservations.spend("ai_call", 18, key="all there were")
    used_up = browser.get(ours.url("billing")).text
    assert "Add 1,000 credits for £20" in used_up and "of 20, limit reached on" in used_up
    key = browser.get(page).context["form"]["key"].value()
    run_jobs()
    mail.outbox.clear()
    for _ in range(2):  # pressed twice
        assert said(browser.post(page, {"key": key})) == "Credits added. Their invoice is on its way"
    run_jobs()
    assert len({sent.subject for sent in mail.outbox}) == 1 and len(mail.outbox) == len(
        {sent.to[0] for sent in mail.outbox}
    )
    assert bought(ours) == [(1_000, 0)]
    with ours.inside():
        invoice = Invoice.objects.get(pk=key)
        assert invoice.lines.get(kind="credits").amount == 2_000 and invoice.period_start is None
        reservations.spend("ai_call", 20, key="with those")
        assert counting.left() == 980
    assert invoice.number in browser.get(page).text
    for wrong in ({}, {"key": "x"}):
        assert browser.post(page, wrong).status_code == 422
    assert signed_in(ours.member).post(page, {"key": uuid4()}).status_code == 403

    with ours.inside():
        Invoice.objects.filter(pk=key).update(due_on=ours.organization.today - timedelta(days=1))
    assert f"Invoice {invoice.number} is overdue" in said(browser.post(page, {"key": uuid4()}))
    with ours.inside():
        issuing.settle(invoice.pk, "void", note="Never paid")
        assert counting.left() == 0, "what was not paid for is used no further"
        on_trial = Subscription.objects.get()
        subscribing.change(on_trial, status="trialing", trial_ends_at=timezone.now() + timedelta(days=9))
    assert "Choose one that costs something first" in browser.get(page).text
    assert "beside a plan that costs something" in said(browser.post(page, {"key": uuid4()}))


def test_credits_paid_for_by_card_are_granted_once_whatever_tells_of_them(cast: Cast, stripe: StripeDouble) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.owner)
    for firm in (ours, cast.theirs):
        with firm.inside():
            Subscription.objects.update(status="trialing", trial_ends_at=timezone.now() + timedelta(days=9))
    pages = [browser.post(ours.url("billing_credits"), {"key": uuid4()}) for _ in range(2)]
    assert len({page.headers["Refresh"] for page in pages}) == 1 and bought(ours) == []
    [session] = stripe.world.all("checkout.session")
    unpaid = browser.get(ours.url("checkout_return"), {"session": session["id"]})
    assert said(unpaid) == "Nothing was paid. The plan is as it was" and bought(ours) == []
    assert said(pay_at(pages[0], browser)) == "Paid. 1,000 credits were added"
    for event in stripe.storm(1):
        body, signature = stripe.signed(event)
        Browser().post(
            "/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
    run_jobs()
    settle_payment.run(organization_id=str(ours.organization.pk))
    browser.get(ours.url("checkout_return"), {"session": session["id"]})
    assert bought(ours) == [(1_000, 0)]
    with ours.inside():
        assert Invoice.objects.filter(source="stripe", subtotal=2_000, status="paid").count() == 1
    theirs = signed_in(cast.theirs.owner)
    theirs.post(cast.theirs.url("billing_credits"), {"key": uuid4()})
    assert theirs.get(cast.theirs.url("checkout_return"), {"session": session["id"]}).status_code == 404
    assert bought(cast.theirs) == []
    assert said(pay_at(browser.post(ours.url("billing_credits"), {"key": uuid4()}), browser)).startswith("Paid")
    assert bought(ours) == [(1_000, 0)] * 2, "bought again on purpose"


def test_credits_whose_money_went_back_are_used_no_further(cast: Cast, stripe: StripeDouble) -> None:
    """As large a part of them as of the money; what is used stays used. Told by an event, or found without."""
    ours, browser = cast.ours, signed_in(cast.ours.owner)
    with ours.inside():
        Subscription.objects.update(status="trialing", trial_ends_at=timezone.now() + timedelta(days=9))
        exception("credits", 2)  # which the cast has used
    for _ in range(2):
        pay_at(browser.post(ours.url("billing_credits"), {"key": uuid4()}), browser)
    unused, begun = stripe.world.all("charge")
    with ours.inside():
        reservations.spend("ai_call", 300, key="of those bought first")
    for charge, amount, left in ((begun, 600, 1_450), (begun, 1_500, 1_000), (unused, 2_400, 0)):
        stripe.world.refund(charge, amount)
        body, signature = stripe.signed(stripe.world.events[-1])
        if charge is begun:
            headers = {"Stripe-Signature": signature}
            Browser().post("/webhooks/stripe/", body, content_type="application/json", headers=headers)
            run_jobs()
        for _ in range(2):
            settle_payment.run(organization_id=str(ours.organization.pk))
        with ours.inside():
            assert counting.left() == left
    assert bought(ours) == [(300, 300), (1_000, 0)]
    page = browser.get(ours.url("billing_credits")).text
    assert "Bought by card, 700 of 1,000 refunded" in page and "Bought by card, 1,000 of 1,000 refunded" in page


def test_credits_are_bought_without_a_subscription_and_missed_events_are_found(
    cast: Cast, stripe: StripeDouble
) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.owner)
    with ours.inside():
        Subscription.objects.update(status="trialing", trial_ends_at=timezone.now() + timedelta(days=9))
    address = browser.post(ours.url("billing_credits"), {"key": uuid4()}).headers["Refresh"].partition("url=")[2]
    urllib.request.urlopen(address, data=b"card=4242").close()  # noqa: S310  # paid, and the window closed
    settle_payment.run(organization_id=str(ours.organization.pk))
    assert bought(ours) == [(1_000, 0)]


def test_who_came_since_the_last_invoice_is_asked_for_when_the_plan_ends(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        InvoiceLine.objects.all().delete()
        on_plan("practice", "year")
        Membership.objects.filter(pk=ours.members["billing"].pk).update(role="member")  # now a seat
        issuing.note_seats()
        [waiting] = lines.waiting()
        paying.cancel()
        subscribing.go_on(Subscription.objects.get().current_period_end)
        last = Invoice.objects.latest("issued_at")
        assert (last.subtotal, last.status, last.period_start) == (waiting.amount, "open", None)
        assert not lines.waiting().exists() and Subscription.objects.get().is_canceled


def test_what_is_owed_to_a_firm_goes_with_it_to_stripe(cast: Cast, stripe: StripeDouble) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.owner)
    with ours.inside():
        subscribing.change(Subscription.objects.get(), status="canceled", canceled_at=timezone.now())
        Invoice.objects.filter(status="open").update(status="paid", paid_at=timezone.now())
        InvoiceLine.objects.filter(invoice=None).delete()
        InvoiceLine.objects.create(kind="other", description="Credit", unit_amount=-1_001, amount=-1_001)
    for _ in range(2):
        browser.post(ours.url("billing_plan", code="practice"), {"period": "month"})
    [credit] = stripe.world.all("customer_balance_transaction")
    assert credit["amount"] == -(1_001 + 200) and credit["currency"] == "gbp"  # with the tax of it
    with ours.inside():
        assert not lines.waiting().exists()
        carried = Invoice.objects.latest("issued_at")
        assert (carried.total, carried.status) == (0, "paid")


def test_what_stripe_was_told_is_not_told_again_where_it_was_lost_here(cast: Cast, stripe: StripeDouble) -> None:
    def owe(amount: int) -> None:
        InvoiceLine.objects.create(kind="other", description="Credit", unit_amount=-amount, amount=-amount)

    with cast.ours.inside():
        InvoiceLine.objects.filter(invoice=None).delete()
        owe(1_000)
        customer = customers.ensure(cast.ours.organization)
        with transaction.atomic():
            account_credit.carry(customer)
            transaction.set_rollback(True)
        assert lines.waiting_amount() == -1_000
        stripe.answered.clear()  # a day later Stripe knows no key any more
        owe(500)
        for _ in range(2):
            account_credit.carry(customer)
        told = [each["amount"] for each in stripe.world.all("customer_balance_transaction")]
        assert sorted(told) == [-1_200, -600] and not lines.waiting().exists()


def test_unused_days_of_a_year_paid_here_go_with_the_firm_to_stripe(cast: Cast, stripe: StripeDouble) -> None:
    """Its plan ended early over another invoice. Nothing counts that was not paid for, and nothing counts twice."""
    ours, browser = cast.ours, signed_in(cast.ours.owner)

    def choose() -> Any:
        return browser.post(ours.url("billing_plan", code="practice"), {"period": "month"})

    with ours.inside():
        InvoiceLine.objects.all().delete()
        on_plan("practice", "year")
        year = Invoice.objects.latest("issued_at")
        owes = issuing.issue(
            ours.organization, subscribing.held(), [lines.credits_line("1,000 credits", 2_000)], is_of_period=False
        )
        Invoice.objects.filter(pk=owes.pk).update(due_on=ours.organization.today - timedelta(days=20))
        issuing.see_to_payment()
        assert subscribing.go_on().is_canceled
    assert f"Invoice {owes.number} is overdue" in said(choose())
    with ours.inside():
        issuing.settle(owes.pk, "paid", note="HSBC 4711")
    choose()
    assert stripe.world.all("customer_balance_transaction") == [], "the year itself is not paid for"
    with ours.inside():
        issuing.settle(year.pk, "paid", note="HSBC 4712")
        customer = customers.ensure(ours.organization)
        with transaction.atomic():
            account_credit.carry(customer)
            transaction.set_rollback(True)
        stripe.answered.clear()  # a day later Stripe knows no key any more
    browser.post(ours.url("billing_plan", code="firm"), {"period": "month"})
    choose()
    [credit] = stripe.world.all("customer_balance_transaction")
    assert credit["amount"] == -year.total, "on the first day all of it"
    with ours.inside():
        assert not lines.waiting().exists()
        on_plan("firm", "year")
        again = Invoice.objects.latest("issued_at")
        assert [line.kind for line in again.lines.order_by("position")][:1] == ["seats"]
        assert not again.lines.filter(amount__lt=0).exists(), "given back already"


def test_work_tried_again_is_promised_its_credits_again(cast: Cast) -> None:
    with cast.ours.inside():
        assert SubscriptionPlan.objects.exists()
        exception("credits", 22)  # 2 of which the cast has used
        reservations.reserve(20, key="draft", event_type="ai_call")
        reservations.release("draft")
        reservations.spend("ai_call", 5, key="another")
        with pytest.raises(reservations.OutOfCredits):
            reservations.reserve(20, key="draft", event_type="ai_call")
        assert reservations.reserve(15, key="draft", event_type="ai_call").status == CreditReservation.Status.HELD
        assert counting.left() == 0
        reservations.commit("draft")
        assert counting.left() == 0
