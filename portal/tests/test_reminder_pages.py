"""The firm's pages about reminders."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, ClientContact, InformationRequest
from portal.models import PortalPreference, PortalSetting, ReminderSchedule, ReminderSnooze
from portal.tests.browsers import mails_to
from tests.cast import Cast, Firm
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
RULES = {"is_on": "on", "before": "5", "on_day": "on", "after": "2, 9", "repeat_every": "", "most": "4"}


@pytest.fixture
def ours(cast: Cast) -> Firm:
    firm = cast.ours
    with firm.inside():
        today = timezone.localdate(timezone=firm.organization.zone)
        InformationRequest.objects.filter(pk=firm.pending.pk).update(due_date=today)
        ClientContact.objects.filter(pk=firm.ana.pk).update(invited_at=timezone.now())
        ReminderSnooze.objects.all().delete()
        ReminderSchedule.objects.all().delete()
        ReminderSchedule.objects.create()
    return firm


@pytest.fixture
def staff(ours: Firm, sign_in) -> Browser:
    return sign_in(ours.member)


def test_the_firms_preview_names_who_gets_what_on_which_day(ours: Firm, staff: Browser) -> None:
    page = staff.get(ours.url("reminder_preview")).content.decode()
    assert "Ana Ruiz" in page and ours.bakery.name in page and ours.pending.title in page


def test_the_preview_of_another_day_shows_that_day_alone(ours: Firm, staff: Browser) -> None:
    far = timezone.localdate() + timedelta(days=12)
    page = staff.get(ours.url("reminder_preview"), {"day": far.isoformat()}).content.decode()
    assert "No mail goes out" in page


@pytest.mark.parametrize("query", ["day=nonsense", "from=%00", "day=2026-13-45&from=x"])
def test_an_address_that_means_nothing_is_no_error(ours: Firm, staff: Browser, query: str) -> None:
    assert staff.get(f"{ours.url('reminder_preview')}?{query}").status_code == 200


def test_a_hidden_client_is_in_nobody_elses_preview(ours: Firm, sign_in) -> None:
    with ours.inside():
        Client.objects.filter(pk=ours.bakery.pk).update(access="assigned")
    page = sign_in(ours.viewer).get(ours.url("reminder_preview")).content.decode()
    assert "Ana Ruiz" not in page and ours.pending.title not in page


def test_the_preview_says_whom_no_mail_reaches(ours: Firm, staff: Browser) -> None:
    with ours.inside():
        PortalPreference.objects.filter(contact=ours.ana).update(reminders="off")
    page = staff.get(ours.url("list_reminders", list_id=ours.request_list.pk)).content.decode()
    assert "Nobody is reminded of these" in page and "Ana Ruiz has turned reminders off" in page


def test_the_preview_asks_the_same_number_of_questions_however_many_there_are(
    ours: Firm, staff: Browser, django_assert_max_num_queries
) -> None:
    with ours.inside():
        for number in range(20):
            client = Client.objects.create(name=f"Client {number}", code=f"Q{number}")
            contact = ClientContact.objects.create(
                client=client, name="N", email=f"n{number}@x.example", is_primary=True, invited_at=timezone.now()
            )
            asked = client.request_lists.create(title="L")
            asked.requests.create(number=1, title="R", due_date=timezone.localdate(), contact=contact)
    with django_assert_max_num_queries(30):
        assert "Client 19" in staff.get(ours.url("reminder_preview")).content.decode()


# --- rules ------------------------------------------------------------------------------------------------------


def test_a_list_gets_rules_of_its_own_and_gives_them_up(ours: Firm, staff: Browser) -> None:
    address = ours.url("list_schedule_update", list_id=ours.request_list.pk)
    staff.post(address, RULES)
    with ours.inside():
        own = ReminderSchedule.objects.get(request_list=ours.request_list)
        assert (own.days, own.repeat_every, own.most) == ([-5, 0, 2, 9], None, 4)
    staff.post(address, {"whose": "firm"})
    with ours.inside():
        assert not ReminderSchedule.objects.filter(request_list=ours.request_list).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("before", "soon"), ("before", "-3"), ("after", "0"), ("after", "9" * 30), ("most", "0"), ("repeat_every", "61"),
     ("after", "1 2 3 4 5 6 7"), ("before", "²")],
)  # fmt: skip
def test_rules_that_cannot_be_are_told_beside_their_field_and_stay_typed(
    ours: Firm, staff: Browser, field: str, value: str
) -> None:
    response = staff.post(ours.url("list_schedule_update", list_id=ours.request_list.pk), RULES | {field: value})
    assert response.status_code == 422
    assert "is-invalid" in response.content.decode() and f'value="{value}"' in response.content.decode()


def test_the_firms_rules_and_hour_are_set_in_one_place(ours: Firm, sign_in) -> None:
    sent = RULES | {"language": "de", "colleagues": "off", "reminder_hour": "7"}
    assert sign_in(ours.admin).post(ours.url("portal_settings"), sent).status_code == 302
    with ours.inside():
        setting, rules = PortalSetting.objects.get(), ReminderSchedule.objects.get(request_list=None)
        assert (setting.language, setting.colleagues, setting.reminder_hour, rules.most) == ("de", "off", 7, 4)
    assert sign_in(ours.member).get(ours.url("portal_settings")).status_code == 403


# --- quiet ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["list", "request", "contact"])
def test_a_member_makes_it_quiet_and_ends_the_quiet(ours: Firm, staff: Browser, target: str) -> None:
    rows = {"list": "list", "request": f"request:{ours.pending.pk}", "contact": f"contact:{ours.ana.pk}"}
    until = timezone.localdate() + timedelta(days=5)
    for _ in range(2):  # a later day takes the place of the earlier one
        staff.post(
            ours.url("reminder_snooze", list_id=ours.request_list.pk), {"target": rows[target], "until": str(until)}
        )
    with ours.inside():
        snooze = ReminderSnooze.objects.get()
    page = staff.get(ours.url("list_reminders", list_id=ours.request_list.pk)).content.decode()
    assert "Until" in page and ours.member.display_name in page
    staff.post(ours.url("reminder_snooze_end", list_id=ours.request_list.pk, snooze_id=snooze.pk))
    with ours.inside():
        assert not ReminderSnooze.objects.exists()


@pytest.mark.parametrize("until", ["", "2020-01-01", "9999-01-01"])
def test_a_day_that_cannot_be_quiet_is_refused(ours: Firm, staff: Browser, until: str) -> None:
    sent = {"target": "list", "until": until}
    assert staff.post(ours.url("reminder_snooze", list_id=ours.request_list.pk), sent).status_code == 422


# --- now --------------------------------------------------------------------------------------------------------


def test_an_unconfirmed_reminder_is_sent_again_by_a_person_once(ours: Firm, staff: Browser) -> None:
    assert "may or may not have arrived" in staff.get(ours.url("reminder_log")).content.decode()
    for _ in range(2):
        staff.post(ours.url("reminder_again", reminder_id=ours.reminder.pk))
    run_jobs()
    assert len(mails_to(ours)) == 1


@pytest.mark.parametrize(
    "page", ["request_reminder", "list_schedule_update", "reminder_snooze", "request_bulk_reminder"]
)
def test_a_viewer_changes_nothing(ours: Firm, sign_in, page: str) -> None:
    assert sign_in(ours.viewer).post(ours.url(page, list_id=ours.request_list.pk)).status_code == 403
