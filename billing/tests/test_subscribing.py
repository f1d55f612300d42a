"""A subscription's life by the clock: trial, plan, missing payment, end, and back; and what the firm's row tells of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from billing import jobs, reservations, subscribing
from billing.counting import left, period_now
from billing.entitlements import PlanRefused, entitled, require
from billing.models import CreditGrant, CreditReservation, Invoice, Subscription, SubscriptionPlan, UsageCounter
from billing.terms import plan_in_force, smallest_plan
from billing.tests.plans import exception, on_plan
from billing.warnings import on_warning
from organizations.models import Organization
from tenancy.context import OPERATOR, all_tenants, surface
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def plan(code: str) -> SubscriptionPlan:
    return SubscriptionPlan.objects.get(code=code)


def firm_row() -> Organization:
    return Organization.objects.get()


def test_a_trial_ends_on_the_smallest_plan_unless_one_was_chosen(cast: Cast) -> None:
    with cast.ours.inside():
        Subscription.objects.all().delete()
        begun = subscribing.begin_trial()
        assert (begun.status, begun.plan.code, subscribing.begin_trial().pk) == ("trialing", "firm", begun.pk)
        assert timedelta(days=13) < begun.trial_ends_at - timezone.now() < timedelta(days=16)  # type: ignore[operator]
        assert subscribing.go_on().status == "trialing"
        over = subscribing.go_on(begun.current_period_end)
        assert (over.status, over.plan.code, over.trial_ends_at) == ("active", "starter", None)
        row = firm_row()
        assert (row.plan_type, row.subscription_tier, row.subscription_data["status"]) == (
            "starter",
            "Starter",
            "active",
        )
        assert (
            row.usage_limits["features"] | {"clients": 3, "sso": False, "credits": 100} == row.usage_limits["features"]
        )


def test_a_larger_plan_begins_at_once_and_a_smaller_one_with_the_next_period(cast: Cast, monkeypatch: Any) -> None:
    asked: list[int] = []
    monkeypatch.setattr(subscribing, "on_period_begun", [lambda it: asked.append(it.unit_price)])
    with cast.ours.inside():
        on_plan("practice")
        now = subscribing.choose(plan("firm"))
        assert (now.plan.code, now.unit_price, now.pending_plan) == ("firm", 4900, None)
        later = subscribing.choose(plan("practice"), "year")
        assert (later.plan.code, later.pending_plan.code) == ("firm", "practice")  # type: ignore[union-attr]
        assert subscribing.keep_plan().pending_plan is None
        subscribing.choose(plan("practice"), "year")
        end = later.current_period_end
        changed = subscribing.go_on(end)
        assert (changed.plan.code, changed.billing_period, changed.unit_price) == ("practice", "year", 29_000)
        assert changed.current_period_start == end and changed.current_period_end > end + timedelta(days=360)
        assert asked == [2900, 4900, 29_000]


def test_choosing_the_plan_one_has_begins_no_new_month(cast: Cast) -> None:
    with cast.ours.inside():
        on_plan("practice")
        other = firm_row().today.day % 28 + 1
        Subscription.objects.update(anchor_day=other)
        reservations.spend("ai_call", 20, key="draft")
        before, invoices = left(), Invoice.objects.count()
        begun = subscribing.held().current_period_start
        for _ in range(2):
            now = subscribing.choose(plan("practice"))
            assert (now.anchor_day, now.current_period_start, left()) == (other, begun, before)
        yearly = subscribing.choose(plan("practice"), "year")
        assert (yearly.pending_billing_period, yearly.anchor_day, left()) == ("year", other, before)
        assert subscribing.choose(plan("practice")).pending_plan is None, "which takes the change back"
        assert Invoice.objects.count() == invoices
        on_plan("starter")
        Subscription.objects.update(anchor_day=other)
        subscribing.choose(plan("starter"), "year")
        subscribing.end()
        assert subscribing.choose(plan("starter")).anchor_day == other, "nor does an end of what was free"


def test_where_no_plan_may_be_tried_a_new_firm_begins_on_the_free_one(cast: Cast) -> None:
    """Wherever that stands in the list."""
    with surface(OPERATOR), all_tenants(reason="test"), transaction.atomic():
        SubscriptionPlan.objects.filter(code="starter").update(position=9)
        SubscriptionPlan.objects.update(trial_days=0)
    with cast.ours.inside():
        assert smallest_plan().code == "starter"
        Subscription.objects.all().delete()
        begun = subscribing.begin_trial()
        assert (begun.plan.code, plan_in_force(begun).code) == ("starter", "starter")
        assert subscribing.go_on(begun.current_period_end).status == "active"


def test_a_missing_payment_ends_the_plan_after_its_grace_and_paying_brings_it_back(cast: Cast) -> None:
    with cast.ours.inside():
        on_plan("firm")
        since = timezone.now()
        late = subscribing.payment_missing(since)
        assert subscribing.payment_missing(since + timedelta(days=1)).past_due_since == since == late.past_due_since
        assert require("sso").allowed, "all goes on meanwhile"
        assert subscribing.payment_came().status == "active"
        subscribing.payment_missing(since)
        assert subscribing.go_on(since + subscribing.GRACE - timedelta(seconds=1)).status == "past_due"
        ended = subscribing.go_on(since + subscribing.GRACE)
        assert (ended.status, ended.canceled_at) == ("canceled", since + subscribing.GRACE)
        with pytest.raises(PlanRefused, match="Single sign-on: not in the Starter plan. The Firm plan has it, and"):
            require("sso")
        back = subscribing.choose(plan("firm"))
        assert (back.status, back.canceled_at) == ("active", None) and require("sso").allowed


def test_who_cancels_keeps_the_plan_until_the_period_ends(cast: Cast) -> None:
    with cast.ours.inside():
        end = on_plan("firm").current_period_end
        assert subscribing.cancel().cancel_at_period_end
        assert subscribing.go_on(end - timedelta(seconds=1)).status == "active"
        assert subscribing.go_on(end).status == "canceled"
        with pytest.raises(subscribing.NotPossible):
            subscribing.cancel()


def test_many_missed_periods_are_made_up_for_one_by_one(cast: Cast) -> None:
    with cast.ours.inside():
        begun = on_plan("practice")
        Subscription.objects.update(anchor_day=31, current_period_end=datetime(2027, 1, 31, tzinfo=UTC))
        now = subscribing.go_on(datetime(2027, 4, 15, tzinfo=UTC))
        assert now.current_period_start.astimezone(firm_row().zone).date().isoformat() == "2027-03-31"
        assert now.pk == begun.pk


def test_a_firm_from_before_the_plans_is_told_what_its_plan_holds(cast: Cast) -> None:
    firm = cast.ours.organization.pk
    with cast.ours.inside():
        on_plan("practice")
        Organization.objects.update(usage_limits={})
    assert firm in jobs.firms_with_billing_due()
    with cast.ours.inside():
        jobs.go_on_with_billing.function()
        assert firm_row().usage_limits["features"]["sso"] is False
    assert firm not in jobs.firms_with_billing_due()


def test_an_exception_counts_until_it_runs_out(cast: Cast) -> None:
    with cast.ours.inside():
        on_plan("starter")
        assert not entitled("api").allowed
        made = exception("api")
        assert entitled("api").allowed and firm_row().usage_limits["features"]["api"] is True
        type(made).objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert not entitled("api").allowed, "whether the job has come or not"
        jobs.go_on_with_billing.function()
        assert firm_row().usage_limits["features"]["api"] is False


def test_a_promise_nobody_keeps_is_taken_back_and_its_work_still_charged_if_it_succeeds(cast: Cast) -> None:
    with cast.ours.inside():
        exception("credits", 30)
        before = left()
        promise = reservations.reserve(20, key="draft", event_type="ai_call")
        assert left() == before - 20
        CreditReservation.objects.filter(pk=promise.pk).update(expires_at=timezone.now())
        jobs.go_on_with_billing.function()
        assert left() == before
        assert reservations.commit("draft").credits_consumed == 20 == reservations.commit("draft").credits_consumed
        assert left() == before - 20


def test_it_is_told_once_in_a_month_that_credits_run_out(cast: Cast, monkeypatch: Any) -> None:
    told: list[int] = []
    monkeypatch.setattr("billing.warnings.on_warning", [lambda counter, level: told.append(level)])
    assert on_warning is not None
    with cast.ours.inside():
        exception("credits", 100)
        for number, amount in enumerate([70, 9, 10, 8, 1]):  # with the cast's 2: 72, 81, 91, 99, 100
            reservations.spend("ai_call", amount, key=f"act {number}")
        assert told == [80, 100]
        with pytest.raises(
            PlanRefused, match="Your plan has 100 credits a month; 0 are left, and this takes 5. Ask Tickmark"
        ):
            reservations.spend("pdf_export", 5, key="one more")
        CreditGrant.objects.create(amount=10, source="gift", reason="For the wait", granted_by="Olga")
        reservations.spend("pdf_export", 5, key="one more")
        assert (left(), told) == (5, [80, 100])
        assert UsageCounter.objects.get(period_start=period_now().first).from_grants == 5
