"""Time: one timer a member, one's own entries, and what a project has taken."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients import client_access
from clients.models import Client
from organizations.models import Membership
from workspaces.models import TimeEntry
from workspaces.timekeeping import durations, timer

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


def record(browser, firm, **data):
    values = {"project": firm.project.pk, "day": "2026-03-03", "minutes": "1:30", "note": "Counted stock"} | data
    return browser.post(firm.url("time_entry_create"), values)


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("1:30", 90), ("1.5", 90), ("0,25", 15), ("2h", 120), ("1h 5m", 65), ("45m", 45), ("x", None)],
)
def test_time_is_read_as_people_write_it(words, minutes):
    assert durations.read(words) == minutes


def test_a_timer_ends_the_one_before_and_counts_begun_minutes(firm, sign_in):
    browser = sign_in(firm.member)
    browser.post(firm.url("task_timer", task_id=firm.task.pk))
    TimeEntry.objects.running().filter(member=firm.member).update(started_at=timezone.now() - timedelta(minutes=61))
    browser.post(firm.url("task_timer", task_id=firm.first_task.pk))
    browser.post(firm.url("task_timer", task_id=firm.first_task.pk))
    assert TimeEntry.objects.get(task=firm.task, member=firm.member).minutes == 62
    assert TimeEntry.objects.running().filter(member=firm.member).count() == 1
    browser.post(firm.url("timer_stop"))
    assert timer.running(firm.member) is None


def test_the_database_holds_a_second_timer_off(firm):
    timer.start(firm.member, firm.project)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeEntry.objects.create(
            member=firm.member, project=firm.project, day=date(2026, 3, 3), started_at=timezone.now()
        )


def test_an_entry_is_made_shown_in_its_week_changed_and_deleted(firm, sign_in):
    browser = sign_in(firm.member)
    assert record(browser, firm).status_code == 302
    entry = TimeEntry.objects.get(member=firm.member)
    page = browser.get(firm.url("time_week"), {"week": "2026-W10"}).content.decode()
    assert "Counted stock" in page and "1:30" in page
    url = firm.url("time_entry_update", time_entry_id=entry.pk)
    form = browser.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert browser.post(url, data | {"minutes": "2"}).status_code == 302
    assert TimeEntry.objects.get(pk=entry.pk).minutes == 120
    assert browser.post(url, data | {"minutes": "3"}).status_code == 409  # another tab
    browser.post(firm.url("time_entry_removal", time_entry_id=entry.pk))
    assert not TimeEntry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize(
    ("words", "said"), [("soon", "Write hours and minutes"), ("25", "more than 24 hours"), ("0", "how long")]
)
def test_a_time_that_cannot_be_is_told_beside_its_field(firm, sign_in, words, said):
    answer = record(sign_in(firm.member), firm, minutes=words)
    assert answer.status_code == 422 and said in answer.content.decode() and "Counted stock" in answer.content.decode()


def test_only_who_corrects_time_touches_somebody_elses(firm, sign_in):
    url = firm.url("time_entry_update", time_entry_id=firm.time_entry.pk)
    assert sign_in(firm.member).get(url).status_code == 404
    assert sign_in(firm.admin).get(url).status_code == 200
    assert sign_in(firm.viewer).get(url).status_code == 403
    week = firm.url("time_week")
    page = sign_in(firm.member).get(week, {"member": firm.owner.pk})
    assert page.context["whose"] == firm.member
    assert sign_in(firm.admin).get(week, {"member": firm.owner.pk}).context["whose"] == firm.owner


def test_a_project_tells_estimated_and_spent_by_person(firm, sign_in):
    page = sign_in(firm.viewer).get(firm.url("project_overview", project_id=firm.project.pk)).content.decode()
    assert "1.5 hours spent" in page and firm.owner.display_name in page


def test_time_of_a_client_one_may_not_see_is_not_taken_and_its_timer_not_named(firm, sign_in):
    timer.start(firm.member, firm.project, firm.task)
    Client.objects.filter(pk=firm.bakery.pk).update(access="assigned")
    firm.bakery.restrict_to([])
    assert record(sign_in(firm.member), firm).status_code == 422
    assert firm.task.title not in sign_in(firm.member).get(firm.url("time_week")).content.decode()


def test_a_page_fetched_to_refresh_a_part_leaves_messages_to_the_reader(firm, sign_in):
    browser, week = sign_in(firm.member), firm.url("time_week")
    browser.post(firm.url("project_timer", project_id=firm.project.pk))
    assert b"Timer started" not in browser.get(week, headers={"X-Live": "1"}).content
    assert b"Timer started" in browser.get(week).content


def test_a_running_timer_stands_in_the_head_of_every_page_and_stops_there(cast, sign_in):
    admin, firm = sign_in(cast.ours.admin), cast.ours
    page = admin.get(firm.url("client_list")).content.decode()
    assert "Timer runs" in page and f'title="{firm.project.name}"' in page
    assert "Timer runs" not in sign_in(firm.owner).get(firm.url("client_list")).content.decode()
    answer = admin.post(firm.url("timer_stop"), {"shell": "1"}, headers={"HX-Request": "true"})
    assert "Timer runs" not in answer.content.decode() and "recorded" in answer["HX-Trigger"]
    with firm.inside():
        assert not TimeEntry.objects.running().filter(member=firm.admin).exists()
    again = admin.post(firm.url("timer_stop"), {"shell": "1"}, headers={"HX-Request": "true"})
    assert "No timer was running" in again["HX-Trigger"]


def test_a_wall_ends_the_timer_and_no_head_names_work_that_is_no_longer_seen(cast, sign_in):
    firm = cast.ours
    with firm.inside():
        timer.start(firm.viewer, firm.project)
        Membership.objects.filter(pk=firm.viewer.pk).update(permissions={"log_time": True})
    viewer, page = sign_in(firm.viewer), firm.url("client_list")
    assert firm.project.name in viewer.get(page).text
    with firm.inside():
        Client.objects.filter(pk=firm.bakery.pk).update(access=Client.Access.ASSIGNED)
    for where in (page, firm.url("time_week")):
        shown = viewer.get(where).text
        assert "Timer runs" in shown and firm.project.name not in shown
    with firm.inside():
        client_access.put_up_wall(firm.bakery, firm.viewer, reason="Bought shares.", by=firm.owner)
        assert timer.running(firm.viewer) is None
    assert "Timer runs" not in viewer.get(page).text
