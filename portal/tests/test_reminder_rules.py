"""Which day a reminder falls on, and whom it reaches."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from clients.models import Client, ClientContact, InformationRequest, RequestList
from portal.models import PortalPreference, PortalSetting, ReminderMail, ReminderSchedule, ReminderSnooze
from portal.reminder_jobs import firms_due, plan_reminders
from portal.reminders.plan import plan
from tests.cast import Cast, Firm
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 20)


@pytest.fixture
def firm(cast: Cast) -> Firm:
    """One request, due on DUE, asked of Ana; reminders are on."""
    ours = cast.ours
    with ours.inside():
        InformationRequest.objects.exclude(pk=ours.pending.pk).update(status="draft", review_reason="")
        InformationRequest.objects.filter(pk=ours.pending.pk).update(due_date=DUE, contact=ours.ana)
        ClientContact.objects.filter(pk=ours.ana.pk).update(invited_at=timezone.now())
        ReminderMail.objects.all().delete()
        ReminderSnooze.objects.all().delete()
        ReminderSchedule.objects.all().delete()
        ReminderSchedule.objects.create()
    return ours


def days(firm: Firm, first: date = date(2026, 11, 6), count: int = 40) -> list[date]:
    with firm.inside():
        return [digest.day for digest in plan(first, days=count).digests]


def test_the_usual_days_are_before_on_and_after_and_then_every_week(firm: Firm) -> None:
    assert days(firm) == [DUE + timedelta(days=n) for n in (-7, -2, 0, 3, 7, 14, 21)]


def test_a_list_may_have_rules_of_its_own_and_may_be_off(firm: Firm) -> None:
    with firm.inside():
        own = ReminderSchedule.objects.create(request_list=firm.request_list, days=[-1], repeat_every=None)
    assert days(firm) == [DUE - timedelta(days=1)]
    with firm.inside():
        ReminderSchedule.objects.filter(pk=own.pk).update(is_on=False)
    assert days(firm) == []


def test_without_rules_nobody_is_mailed(firm: Firm) -> None:
    with firm.inside():
        ReminderSchedule.objects.all().delete()
    assert days(firm) == []


def test_there_are_at_most_as_many_as_the_rules_allow(firm: Firm) -> None:
    with firm.inside():
        ReminderSchedule.objects.update(most=3)
    assert len(days(firm)) == 3


def test_the_due_date_of_the_list_holds_for_requests_without_one(firm: Firm) -> None:
    with firm.inside():
        InformationRequest.objects.filter(pk=firm.pending.pk).update(due_date=None)
        RequestList.objects.filter(pk=firm.request_list.pk).update(due_date=DUE)
    assert days(firm)[0] == DUE - timedelta(days=7)


@pytest.mark.parametrize("target", ["request", "request_list", "contact"])
def test_it_is_quiet_until_the_day_of_the_snooze(firm: Firm, target: str) -> None:
    rows = {"request": firm.pending, "request_list": firm.request_list, "contact": firm.ana}
    with firm.inside():
        ReminderSnooze.objects.create(**{target: rows[target]}, until=DUE)
    assert days(firm)[0] == DUE


@pytest.mark.parametrize(
    "stop",
    [
        lambda firm: InformationRequest.objects.filter(pk=firm.pending.pk).update(
            status="submitted", submitted_at=timezone.now()
        ),
        lambda firm: RequestList.objects.filter(pk=firm.request_list.pk).update(
            status="closed", closed_at=timezone.now()
        ),
        lambda firm: Client.objects.filter(pk=firm.bakery.pk).update(status="archived", archived_at=timezone.now()),
        lambda firm: firm.ana.remove(requests_to=None),
        lambda firm: ClientContact.objects.filter(pk=firm.ana.pk).update(portal_access=False),
        lambda firm: PortalPreference.objects.filter(contact=firm.ana).update(reminders="off"),
        lambda firm: PortalPreference.objects.filter(contact=firm.ana).update(notifications=False),
    ],
    ids=["answered", "closed", "archived", "removed", "shut-out", "turned-off", "no-mails"],
)
def test_reminders_stop_by_themselves(firm: Firm, stop: object) -> None:
    with firm.inside():
        stop(firm)  # type: ignore[operator]
    assert days(firm) == []


def test_who_wants_one_a_week_gets_what_fell_between_then(firm: Firm) -> None:
    with firm.inside():
        PortalPreference.objects.filter(contact=firm.ana).update(reminders="weekly")
    found = days(firm)
    assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(found))
    assert found[0] == DUE - timedelta(days=7) and DUE in found


def test_what_is_asked_of_nobody_goes_to_the_coordinators(firm: Firm) -> None:
    with firm.inside():
        InformationRequest.objects.filter(pk=firm.pending.pk).update(contact=None)
        bo = ClientContact.objects.create(
            client=firm.bakery, name="Bo", email="bo@x.example", is_coordinator=True, invited_at=timezone.now()
        )
        assert {digest.contact for digest in plan(DUE).digests} == {bo}


def test_the_preview_says_why_somebody_gets_nothing(firm: Firm) -> None:
    with firm.inside():
        ClientContact.objects.filter(pk=firm.ana.pk).update(invited_at=None, last_seen_at=None)
        found = plan(DUE)
    assert found.digests == [] and [line.reason for line in found.unreached] == ["Ana Ruiz was never sent a link"]


# --- the hour, and the clock that changes -----------------------------------------------------------------------


def is_due(firm: Firm, moment: datetime) -> bool:
    return firm.organization.pk in set(firms_due(moment))


def set_hour(firm: Firm, hour: int) -> None:
    with firm.inside():
        PortalSetting.objects.all().delete()
        PortalSetting.objects.create(reminder_hour=hour)


LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")


def test_the_hour_is_the_firms_own(firm: Firm) -> None:
    set_hour(firm, 9)
    assert not is_due(firm, datetime(2026, 7, 1, 7, 59, tzinfo=UTC))  # 8:59 in London's summer
    assert is_due(firm, datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
    assert not is_due(firm, datetime(2026, 12, 1, 8, 59, tzinfo=UTC))
    assert is_due(firm, datetime(2026, 12, 1, 9, 0, tzinfo=UTC))


def test_a_day_whose_clock_skips_the_hour_has_its_reminders(firm: Firm) -> None:
    """29 March 2026: 1:00 in London becomes 2:00, so it is never between one and two."""
    set_hour(firm, 1)
    assert not is_due(firm, datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert is_due(firm, datetime(2026, 3, 29, 1, 0, tzinfo=UTC))  # 2:00 there


def test_a_day_whose_hour_comes_twice_has_them_once(firm: Firm) -> None:
    """25 October 2026: it is between one and two twice."""
    due, first, second = date(2026, 10, 25), "2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"
    set_hour(firm, 1)
    with firm.inside():
        InformationRequest.objects.filter(pk=firm.pending.pk).update(due_date=due)
        PortalPreference.objects.all().delete()
    for moment in (first, second):
        with time_machine.travel(datetime.fromisoformat(moment), tick=False):
            assert is_due(firm, timezone.now()) is (moment == first)
            plan_reminders.run(organization_id=str(firm.organization.pk))
            run_jobs()
    with firm.inside():
        assert ReminderMail.objects.filter(day=due).count() == 1


def test_the_day_is_the_firms_day(firm: Firm) -> None:
    """At 23:30 in London in summer UTC is a day ahead of nobody; at 0:30 it is a day behind."""
    set_hour(firm, 0)
    with firm.inside():
        InformationRequest.objects.filter(pk=firm.pending.pk).update(due_date=date(2026, 7, 2))
    with time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), tick=False):  # 0:30 on the 2nd there
        plan_reminders.run(organization_id=str(firm.organization.pk))
    with firm.inside():
        assert [mail.day for mail in ReminderMail.objects.all()] == [date(2026, 7, 2)]
