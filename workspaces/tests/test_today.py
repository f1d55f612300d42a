"""The first page of a firm: what waits on whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Client, ClientWall, InformationRequest, Project
from organizations.mounts import root_url
from tests.cast import ROLES

pytestmark = pytest.mark.django_db


def today(browser, firm, **params):
    return browser.get(firm.url("today"), params)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_today_page(cast, sign_in, role):
    response = today(sign_in(cast.ours.members[role]), cast.ours)
    if role == "billing":  # whose work is elsewhere
        assert response.url == cast.ours.url("billing")
    else:
        assert response.status_code == 200


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
    page = sign_in(cast.ours.billing).get(cast.ours.url("today"), follow=True)
    assert page.status_code == 200
    assert cast.ours.bakery.name not in page.text


def test_a_new_firm_is_shown_its_first_steps(cast, sign_in):
    browser = sign_in(cast.stranger)
    form = {"name": "New", "slug": "new-firm", "brand": "#1c3f68", "currency": "GBP", "timezone": "UTC"}
    browser.post(root_url("firm_create"), form)
    page = browser.get("/o/new-firm/").content.decode()
    assert "Add client" in page
    assert "Invite people" in page
    assert "Four steps to your first answered request" in page and "1 of 4 done" in page
    assert "Welcome, " in page and "What needs you" in page and "No activity yet" in page


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


STATES = {"overdue": "pending", "to_review": "submitted", "with_client": "returned", "accepted": "accepted"}


def make_late(firm):
    with firm.inside():
        yesterday = timezone.now().date() - timedelta(days=1)
        InformationRequest.objects.filter(pk=firm.pending.pk).update(due_date=yesterday)


@pytest.mark.parametrize("state", STATES)
def test_a_figure_leads_to_what_it_counts(cast, sign_in, state):
    make_late(cast.ours)
    browser = sign_in(cast.ours.member)
    page = today(browser, cast.ours)
    address = f"{cast.ours.url('today_requests')}?state={state}&amp;show=mine"
    assert f'href="{address}"' in page.content.decode()
    listed = browser.get(address.replace("&amp;", "&"))
    assert listed.context["count"] == page.context["counts"][state]
    assert f"The {STATES[state]} request" in listed.content.decode()


def test_more_than_twelve_rows_say_how_many_more_and_lead_there(cast, sign_in):
    with cast.ours.inside():
        InformationRequest.objects.bulk_create(
            InformationRequest(
                request_list=cast.ours.request_list, number=n, title=f"Late {n}", status="pending",
                due_date=timezone.now().date() - timedelta(days=5), assigned_to=cast.ours.member,
            )
            for n in range(101, 171)
        )  # fmt: skip
    browser = sign_in(cast.ours.member)
    assert "and 58 more</a>" in today(browser, cast.ours).content.decode()
    url = cast.ours.url("today_requests")
    first = browser.get(url, {"state": "overdue"})
    second = browser.get(url + first.context["page"].next)
    titles = [item.title for answer in (first, second) for item in answer.context["page"].rows]
    assert sorted(titles) == [f"Late {n}" for n in range(101, 171)]


@pytest.mark.parametrize("what", ["closed", "archived"])
def test_closed_lists_and_archived_clients_wait_on_nobody(cast, sign_in, what):
    make_late(cast.ours)
    browser = sign_in(cast.ours.owner)
    if what == "closed":
        browser.post(cast.ours.url("request_list_closing", list_id=cast.ours.request_list.pk))
    else:
        browser.post(cast.ours.url("client_archiving", client_id=cast.ours.bakery.pk))
    page = today(browser, cast.ours, show="all")
    assert set(page.context["counts"].values()) == {0}
    assert page.context["lists"] == []
    assert browser.get(cast.ours.url("today_requests"), {"show": "all"}).context["count"] == 0


def test_the_requests_of_a_figure_are_for_those_who_see_requests(cast, sign_in):
    assert sign_in(cast.ours.billing).get(cast.ours.url("today_requests")).status_code == 403
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
    listed = sign_in(cast.ours.viewer).get(cast.ours.url("today_requests"), {"state": "nonsense", "show": "all"})
    assert listed.context["count"] == 0


def test_activity_tells_of_comments_signatures_and_shares_that_the_reader_may_see(cast, sign_in):
    firm = cast.ours
    told = {event.verb.split()[0] for event in today(sign_in(firm.member), firm).context["events"]}
    assert told >= {"commented", "signed", "shared"}
    with firm.inside():
        ClientWall.objects.create(client=firm.bakery, member=firm.member, reason="Married to the director.")
    left = today(sign_in(firm.member), firm).context["events"]
    assert [event for event in left if event.verb.startswith(("commented", "signed", "answered"))] == []


def test_the_next_deadline_and_how_late_the_latest_is_are_said(cast, sign_in):
    make_late(cast.ours)
    with cast.ours.inside():
        day = cast.ours.organization.today
        Project.objects.filter(pk=cast.ours.project.pk).update(
            end_date=day + timedelta(days=3), name="The audit report"
        )
    page = today(sign_in(cast.ours.member), cast.ours).content.decode()
    assert "The audit report is due in 3 days, on" in page and "1 client, oldest 1 day late" in page
    assert "1 at Northwind Bakeries of harcourt" in page
