"""The first page of a firm: what waits on whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Client, InformationRequest
from organizations.mounts import root_url
from tests.cast import ROLES

pytestmark = pytest.mark.django_db


def today(browser, firm, **params):
    return browser.get(firm.url("today"), params)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_today_page(cast, sign_in, role):
    assert today(sign_in(cast.ours.members[role]), cast.ours).status_code == 200


def test_answers_to_review_and_late_requests_are_told(cast, sign_in):
    with cast.ours.inside():
        yesterday = timezone.now().date() - timedelta(days=1)
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(due_date=yesterday)
    response = today(sign_in(cast.ours.member), cast.ours)
    assert response.context["counts"] == {"overdue": 1, "to_review": 1, "with_client": 2, "accepted": 1}
    page = response.content.decode()
    assert "The submitted request" in page
    assert "The pending request" in page


def test_mine_is_mine_and_everyones_is_the_firms(cast, sign_in):
    browser = sign_in(cast.ours.admin)
    assert "Nothing waits for you" in today(browser, cast.ours, show="mine").content.decode()
    assert "The submitted request" in today(browser, cast.ours, show="all").content.decode()


def test_without_work_of_ones_own_the_firms_is_shown(cast, sign_in):
    assert "The submitted request" in today(sign_in(cast.ours.admin), cast.ours).content.decode()


def test_what_a_member_may_not_see_is_not_counted(cast, sign_in):
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
    response = today(sign_in(cast.ours.viewer), cast.ours, show="all")
    assert set(response.context["counts"].values()) == {0}
    assert "The submitted request" not in response.content.decode()


def test_a_billing_member_sees_no_clients(cast, sign_in):
    page = today(sign_in(cast.ours.billing), cast.ours).content.decode()
    assert "sees the firm’s billing" in page
    assert "Northwind" not in page


def test_a_new_firm_is_shown_its_first_steps(cast, sign_in):
    browser = sign_in(cast.stranger)
    form = {"name": "New", "slug": "new-firm", "brand": "#1c3f68", "currency": "GBP", "timezone": "UTC"}
    browser.post(root_url("firm_create"), form)
    page = browser.get("/o/new-firm/").content.decode()
    assert "Add client" in page
    assert "Invite people" in page


def test_the_page_asks_as_many_questions_for_many_requests_as_for_few(cast, sign_in):
    browser = sign_in(cast.ours.member)
    today(browser, cast.ours)
    with CaptureQueriesContext(connection) as few:
        today(browser, cast.ours)
    with cast.ours.inside():
        InformationRequest.objects.bulk_create(
            InformationRequest(
                request_list=cast.ours.request_list, number=number, title=f"No {number}", status="submitted",
                submitted_at=timezone.now(), assigned_to=cast.ours.member,
            )
            for number in range(10, 40)
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        today(browser, cast.ours)
    assert len(many) == len(few)
