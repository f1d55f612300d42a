"""The pages of a firm's plan: figures that add up, changes seen before they are made, refusals that say what to do."""

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.db.models import F as Column

from billing import copying, counting, figures, reservations, subscribing
from billing.models import Subscription, SubscriptionPlan, UsageCounter
from billing.tests.plans import exception, on_plan
from billing.usage import record
from clients.models import Client
from organizations import seats
from organizations.models import Organization
from tenancy.context import OPERATOR, all_tenants, surface
from tests.cast import Cast, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def more_clients(count: int) -> int:
    """So many more; how many the firm works for now."""
    for number in range(count):
        Client.objects.create(name=f"Client {number}")
    return Client.objects.exclude(status="archived").count()


def test_the_figures_of_a_month_add_up_by_act_by_person_by_session_and_in_the_file(cast: Cast) -> None:
    with cast.ours.inside():
        session = cast.ours.scoping
        record("ai_call", key="1", credits=Decimal("20.25"), member=cast.ours.member, session_uuid=session.pk)
        record("ai_call", key="2", credits=Decimal("19.99"), member=cast.ours.admin, session_uuid=session.pk)
        record("document_check", key="3", credits=Decimal("0.01"), member=cast.ours.member)
        record("diagram", key="4", credits=2)
        used = UsageCounter.objects.latest("period_start").used
        seats_used = seats.seats_used()
    assert used == Decimal("44.25")  # with the two of the cast
    owner = signed_in(cast.ours.owner)
    page = owner.get(cast.ours.url("billing_usage")).text
    assert page.count("<strong>44.25</strong>") == 3
    rows = [Decimal(cell) for cell in re.findall(r'<td class="num">([\d.]+)</td></tr>', page.replace("\n", ""))]
    assert sum(rows) == 3 * used and session.title in page and "Work of the system" in page
    payer = signed_in(cast.ours.billing)
    assert session.title not in payer.get(cast.ours.url("billing_usage")).text, (
        "who pays sees sums, not what was scoped"
    )
    lines = list(csv.DictReader(io.StringIO(owner.get(cast.ours.url("billing_usage_csv")).text.lstrip("\ufeff"))))
    assert sum(Decimal(line["Credits"]) for line in lines) == used and len(lines) == 5
    overview = owner.get(cast.ours.url("billing")).text
    with cast.ours.inside():
        copying.copy_to_firm()
    frame = signed_in(cast.ours.viewer).get(cast.ours.url("client_list")).text
    assert "44.25 of 5,000" in frame and f"Firm plan · {seats_used} seats" in frame, "beside every page"
    assert "44.25" in overview and "of 5,000" in overview and 'class="tk-chart"' in overview
    for strange in ("yesterday", "0001-01-01", "9999-12-31"):
        assert owner.get(cast.ours.url("billing_usage") + f"?from={strange}").status_code == 200


def test_a_firm_of_the_last_of_february_sees_its_first_month(cast: Cast) -> None:
    with cast.ours.inside():
        Organization.objects.update(created_at="2024-02-29T12:00Z")
    page = signed_in(cast.ours.owner).get(cast.ours.url("billing_usage") + "?from=2024-02-29")
    assert not page.context["is_now"] and page.context["period"].next.year == 2024


def test_on_the_day_of_a_larger_plan_all_pages_tell_the_same(cast: Cast) -> None:
    """Also before anything is used of it; and what the plan before has paid for is not taken from the new one."""
    with cast.ours.inside():
        on_plan("practice")
        Subscription.objects.update(anchor_day=cast.ours.organization.today.day % 28 + 1)
        record("ai_call", key="before", credits=Decimal("20.25"))
        on_plan("firm")
        counters = UsageCounter.objects.filter(feature="credits", period_start=counting.period_now().first)
        assert counters.get().used == figures.total(counting.period_now()) == Decimal("22.25")
        record("ai_call", key="after", credits=10)
        now = counting.period_now()
        assert counters.get().used == figures.total(now) == figures.by_day(now, now.first)[-1][1] == Decimal("32.25")
        assert counting.left() == 5_000 - 10 - 2  # which the cast has used of this month's


def test_who_keeps_the_bills_lands_there_and_sees_nothing_else(cast: Cast) -> None:
    payer = signed_in(cast.ours.billing)
    page = payer.get(cast.ours.url("today"), follow=True)
    assert page.redirect_chain == [(cast.ours.url("billing"), 302)]
    assert "Billing and usage" in page.text and ">Clients<" not in page.text and ">Today<" not in page.text
    for name in ("client_list", "request_list_index", "binder_list", "scoping_list", "member_list", "firm_settings"):
        assert payer.get(cast.ours.url(name)).status_code == 403
    assert signed_in(cast.ours.admin).get(cast.ours.url("billing")).status_code == 403


def test_what_a_year_saves_is_told_where_it_saves_something(cast: Cast) -> None:
    browser, page = signed_in(cast.ours.owner), cast.ours.url("billing_plans")
    assert "Yearly, 2 months free<" in browser.get(page).text
    for year, words in ((12, "Yearly<"), (11, "Yearly, 1 month free<"), (13, "Yearly<")):
        with surface(OPERATOR), all_tenants(reason="test"), transaction.atomic():
            SubscriptionPlan.objects.update(price_year=year * Column("price_month"))
        assert words in browser.get(page).text
    with surface(OPERATOR), all_tenants(reason="test"), transaction.atomic():
        SubscriptionPlan.objects.filter(code="firm").update(price_year=10 * Column("price_month"))
    assert "Yearly<" in browser.get(page).text, "not the same for every plan"


def test_a_smaller_plan_is_seen_before_it_is_chosen_and_can_be_taken_back(cast: Cast) -> None:
    with cast.ours.inside():
        on_plan("firm")
        clients = more_clients(5)
    owner, plan = signed_in(cast.ours.owner), cast.ours.url("billing_plan", code="starter")
    assert "It goes on as it is" in owner.get(cast.ours.url("billing_plan", code="firm")).text
    shown = owner.get(plan).text
    over = clients - 3
    assert f"{over} of {clients} clients, those that came last, can be read and not changed." in shown
    assert "Binders and workpapers can be read and downloaded, not changed or signed." in shown
    assert "Nothing is deleted" in shown and "It begins with the next period" in shown
    done = owner.post(plan, {"period": "month"}, follow=True).text
    assert "Starter begins with the next period" in done and "A change is waiting" in done
    assert "The Firm plan goes on" in owner.post(cast.ours.url("billing_keeping"), follow=True).text
    assert "It ends with its period" in owner.get(cast.ours.url("billing_cancellation")).text
    owner.post(cast.ours.url("billing_cancellation"))
    with cast.ours.inside():
        subscribing.go_on(Subscription.objects.get().current_period_end)
    gone = owner.get(cast.ours.url("billing")).text
    assert "The Firm plan has ended; you are on Starter" in gone and "Come back to Firm" in gone
    owner.post(cast.ours.url("billing_plan", code="firm"), {"period": "year"})
    with cast.ours.inside():
        back = Subscription.objects.get()
        assert (back.status, back.billing_period, back.unit_price) == ("active", "year", 49_000)


def test_what_a_smaller_plan_does_not_hold_can_be_read_and_not_changed(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        on_plan("practice")
        more_clients(3)
        exception("clients", 1)
        first, *_, last = Client.objects.exclude(status="archived").order_by("pk")
        exception("workpapers", enabled=False)
    member = signed_in(ours.member)
    assert member.get(ours.url("client_detail", client_id=last.pk)).status_code == 200
    refused = member.post(
        ours.url("client_update", client_id=last.pk), {"name": "Typed with care", "notes": "All of it"}
    )
    assert refused.status_code == 403 and "those that came last can be read, not changed" in refused.text
    assert "Typed with care" in refused.text and "All of it" in refused.text, "nothing typed is lost"
    assert "those that came last" in json.loads(refused.headers["X-Refusal"]), "for a page that swaps a part of itself"
    cells = {f"cell-{number}": f"Typed {number}." for number in range(80)}
    many = member.post(ours.url("client_update", client_id=last.pk), cells).text
    assert all(words in many for words in cells.values()), "however much it was"
    assert member.get(ours.url("client_update", client_id=first.pk)).status_code == 200
    assert member.get(ours.url("binder_list")).status_code == 200
    assert "Workpapers, tickmarks, sign-off: not in the Practice plan" in member.get(ours.url("binder_create")).text
    assert member.post(ours.url("client_archiving", client_id=last.pk)).status_code == 302, "so a place is freed"


def test_a_client_too_many_is_refused_in_its_form_and_in_an_import(cast: Cast) -> None:
    ours, typed = (
        cast.ours,
        {"name": "One more", "type": "company", "status": "active", "access": "firm", "notes": "Kept"},
    )
    with ours.inside():
        on_plan("starter")
        there = more_clients(2)
        exception("clients", there)
    admin = signed_in(ours.admin)
    page = admin.post(ours.url("client_create"), typed)
    assert page.status_code == 422 and "Kept" in page.text
    assert f"Your plan has {there} clients, and all are taken. Ask Tickmark for more" in page.text
    with ours.inside():
        assert Client.objects.exclude(status="archived").count() == there
        exception("clients", there + 1)
    assert admin.post(ours.url("client_create"), typed).status_code == 302


def test_four_fifths_are_told_to_who_pays_in_the_firm_and_by_mail(cast: Cast) -> None:
    with cast.ours.inside():
        exception("credits", 100)
        reservations.spend("ai_call", 80, key="most of it")
    run_jobs()
    assert {to for sent in mail.outbox for to in sent.to} == {cast.ours.owner.email, cast.ours.billing.email}
    assert "80% are used of the credits of the month" in mail.outbox[0].subject
    assert any("/billing/" in sent.body for sent in mail.outbox)


def test_the_limit_of_seats_is_the_firms_own_wish_too(cast: Cast) -> None:
    with cast.ours.inside():
        on_plan("firm")
    owner: Any = signed_in(cast.ours.owner)
    refused = owner.post(cast.ours.url("billing_seats"), {"seats": "1"})
    assert refused.status_code == 422 and "are taken. Take somebody" in refused.text
    assert owner.post(cast.ours.url("billing_seats"), {"seats": "40"}).status_code == 302
    assert "of 40" in owner.get(cast.ours.url("billing")).text
    assert owner.post(cast.ours.url("billing_contact"), {"billing_email": "not one"}).status_code == 422
