"""Reminding by hand: of a list, and of many clients at once."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.client_bulk import mark
from clients.models import Client, ClientContact, ClientWall, InformationRequest
from portal.models import MagicLinkToken, ReminderMail, ReminderSchedule
from portal.tests.browsers import mails_to
from tests.cast import Cast, Firm
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(cast: Cast) -> Firm:
    firm = cast.ours
    with firm.inside():
        yesterday = timezone.localdate(timezone=firm.organization.zone) - timedelta(days=1)
        InformationRequest.objects.filter(pk=firm.pending.pk).update(due_date=yesterday)
        ClientContact.objects.filter(pk=firm.ana.pk).update(invited_at=timezone.now())
        ReminderSchedule.objects.all().delete()
    return firm


@pytest.fixture
def staff(ours: Firm, sign_in) -> Browser:
    return sign_in(ours.member)


def remind(staff: Browser, ours: Firm, **changes: object) -> object:
    sent = {"requests": [ours.pending.pk], "contacts": [ours.ana.pk], "message": "By Thursday?"} | changes
    return staff.post(ours.url("request_reminder", list_id=ours.request_list.pk), sent)


def test_a_reminder_by_hand_says_what_was_written_and_is_kept(ours: Firm, staff: Browser) -> None:
    remind(staff, ours)
    run_jobs()
    [message] = mails_to(ours)
    assert "By Thursday?" in message.body and ours.pending.title in message.body
    assert "List-Unsubscribe" not in message.extra_headers  # written by a person
    log = staff.get(ours.url("reminder_log")).content.decode()
    assert "by hand" in log and ours.member.display_name in log


def test_nobody_is_told_of_a_request_they_may_not_see(ours: Firm, staff: Browser) -> None:
    with ours.inside():
        jonas = ClientContact.objects.create(client=ours.bakery, name="Jonas", email="jonas@x.example")
        InformationRequest.objects.filter(pk=ours.pending.pk).update(contact=ours.ana)
    response = remind(staff, ours, contacts=[jonas.pk])
    assert response.status_code == 422 and "visible to Jonas" in response.content.decode()
    remind(staff, ours, contacts=[jonas.pk, ours.ana.pk], requests=[ours.pending.pk, ours.returned.pk])
    run_jobs()
    with ours.inside():
        told = {
            mail.contact: set(mail.items.values_list("request", flat=True))
            for mail in ReminderMail.objects.filter(is_manual=True)
        }
    assert told == {jonas: {ours.returned.pk}, ours.ana: {ours.pending.pk, ours.returned.pk}}


@pytest.mark.parametrize("field", ["requests", "contacts"])
def test_another_firms_rows_cannot_be_chosen(cast: Cast, ours: Firm, staff: Browser, field: str) -> None:
    other = {"requests": cast.theirs.pending.pk, "contacts": cast.theirs.ana.pk}[field]
    assert remind(staff, ours, **{field: [other]}).status_code == 422
    assert run_jobs() == 0


def test_the_checked_rows_of_a_list_are_chosen_on_the_page_that_sends(ours: Firm, staff: Browser) -> None:
    address = ours.url("request_bulk_reminder", list_id=ours.request_list.pk)
    page = staff.post(address, {"selected": [f"{ours.returned.pk}:1"]}).content.decode()
    chosen = [line for line in page.split("<input") if "checked" in line and 'name="requests"' in line]
    assert len(chosen) == 1 and str(ours.returned.pk) in chosen[0]


def test_what_changed_or_was_answered_since_it_was_checked_is_named_and_not_reminded_of(
    cast: Cast, ours: Firm, staff: Browser
) -> None:
    address = ours.url("request_bulk_reminder", list_id=ours.request_list.pk)
    with ours.inside():
        ours.returned.waive(by=ours.admin, reason="Not needed.")
    checked = [f"{row.pk}:1" for row in (ours.pending, ours.returned, ours.accepted)]
    page = staff.post(address, {"selected": checked})
    assert "1 of 3 changed meanwhile and were left alone: PBC-004" in page.text
    assert "Not with the client, so nothing to remind of: PBC-005" in page.text
    assert page.context["form"].initial["requests"] == [ours.pending.pk]
    nothing = staff.post(address, {"selected": [f"{ours.accepted.pk}:1"]}, follow=True).text
    assert "Not with the client, so nothing to remind of: PBC-005" in nothing and "Send a reminder" not in nothing
    refusals = [([cast.theirs.pending.pk], "no longer in this list"), ([], "Check the requests first")]
    for selected, sentence in refusals:
        refused = staff.post(address, {"selected": [f"{pk}:1" for pk in selected]})
        assert refused.status_code == 422 and sentence in refused.text
        assert "with the client, so" not in refused.text and str(cast.theirs.pending.pk) not in refused.text
    late = remind(staff, ours, requests=[ours.returned.pk])
    assert "no longer with the client" in late.text and str(ours.returned.pk) not in late.text
    assert run_jobs() == 0


def test_one_request_is_reminded_of_from_its_own_page(ours: Firm, staff: Browser) -> None:
    url = f"{ours.url('request_reminder', list_id=ours.request_list.pk)}?request={ours.returned.pk}"
    assert url in staff.get(ours.url("request_detail", request_id=ours.returned.pk)).text
    assert (
        url.replace(str(ours.returned.pk), "")
        not in staff.get(ours.url("request_detail", request_id=ours.accepted.pk)).text
    )
    assert staff.get(url).context["form"].initial["requests"] == [ours.returned.pk]


def test_what_is_reminded_by_hand_is_not_reminded_by_the_clock_that_day(ours: Firm, staff: Browser) -> None:
    from portal.reminders.plan import plan

    remind(staff, ours)
    run_jobs()
    with ours.inside():
        digests = plan(timezone.localdate(timezone=ours.organization.zone)).digests
        assert ours.pending not in [row for digest in digests for row in digest.requests]


def test_the_mails_are_shown_before_they_go_and_showing_sends_nothing(ours: Firm, staff: Browser) -> None:
    with ours.inside():
        links = MagicLinkToken.objects.count()
    answer = remind(staff, ours, preview="1", message="By Thursday?")
    [mail] = answer.context["mails"]
    assert mail.contact == ours.ana and "By Thursday?" in mail.text and ours.pending.title in mail.text
    assert answer.status_code == 200 and "Send to 1 person" in answer.text and run_jobs() == 0
    assert "No mail goes out" in remind(staff, ours, preview="1", contacts=[]).text
    with ours.inside():
        assert MagicLinkToken.objects.count() == links


def test_a_button_pressed_twice_sends_one_reminder(ours: Firm, staff: Browser) -> None:
    remind(staff, ours)
    remind(staff, ours)
    run_jobs()
    assert len(mails_to(ours)) == 1


def test_the_switch_makes_the_clock_go_on_and_stops_it(ours: Firm, staff: Browser) -> None:
    remind(staff, ours, again="on")
    with ours.inside():
        own = ReminderSchedule.objects.get(request_list=ours.request_list)
        assert own.is_on and own.repeat_every == 3 and own.days == []
    remind(staff, ours, message="Once more")
    with ours.inside():
        assert not ReminderSchedule.objects.get(request_list=ours.request_list).is_on


# --- many clients ------------------------------------------------------------------------------------------------


@pytest.fixture
def kestrel(ours: Firm) -> Client:
    """A second client, with something waiting that is not late, and a contact of its own."""
    with ours.inside():
        client = Client.objects.create(name="Kestrel")
        ClientContact.objects.create(client=client, name="Rowan Pike", email="rowan@kestrel.example", is_primary=True)
        client.request_lists.create(title="Tax").requests.create(number=1, title="Return of last year")
        return client


def to_page(staff: Browser, ours: Firm, *clients: Client) -> object:
    chosen = [f"{client.pk}:{mark(client)}" for client in clients]
    return staff.post(ours.url("client_bulk_reminder"), {"selected": chosen})


def test_each_person_at_many_clients_is_told_of_their_own_in_one_mail(
    ours: Firm, staff: Browser, kestrel: Client
) -> None:
    with ours.inside():
        idle = Client.objects.create(name="Idle Ltd")
    page = to_page(staff, ours, ours.bakery, kestrel, idle)
    assert "Idle Ltd: nothing is with the client" in page.text
    assert page.context["form"].initial["contacts"] == [str(ours.ana.pk)]  # only the bakery is late
    with ours.inside():
        rowan = kestrel.contacts.get()
    sent = {"clients": [ours.bakery.pk, kestrel.pk], "contacts": [ours.ana.pk, rowan.pk], "message": "Soon?"}
    assert staff.post(ours.url("clients_reminder"), sent | {"about": "all"}).status_code == 302
    assert run_jobs() >= 2
    with ours.inside():
        told = {
            m.contact: {i.request.title for i in m.items.all()} for m in ReminderMail.objects.filter(is_manual=True)
        }
    assert told[rowan] == {"Return of last year"} and {ours.pending.title, ours.returned.title} <= told[ours.ana]
    assert "Return of last year" not in told[ours.ana]


def test_one_client_is_reminded_from_its_own_page(ours: Firm, staff: Browser) -> None:
    address = ours.url("client_reminder", client_id=ours.bakery.pk)
    assert ours.ana.email in staff.get(address).text
    wrong = staff.post(address, {"clients": [ours.bakery.pk], "about": "late", "contacts": [], "message": "Typed"})
    assert wrong.status_code == 422 and "Choose at least one person." in wrong.text and "Typed" in wrong.text


def test_clients_one_may_not_see_are_not_reminded(cast: Cast, ours: Firm, staff: Browser, kestrel: Client) -> None:
    with ours.inside():
        Client.objects.filter(pk=kestrel.pk).update(access="assigned")
        rowan = kestrel.contacts.get()
    sent = {"clients": [kestrel.pk, cast.theirs.bakery.pk], "contacts": [rowan.pk, cast.theirs.ana.pk]}
    assert staff.post(ours.url("clients_reminder"), sent | {"about": "all", "message": "x"}).status_code == 422
    assert "Kestrel" not in to_page(staff, ours, kestrel).text and run_jobs() == 0
    assert to_page(staff, ours).status_code == 422


def test_one_press_reminds_everybody_of_what_is_overdue_and_a_second_nobody(ours: Firm, staff: Browser) -> None:
    with ours.inside():
        InformationRequest.objects.filter(pk=ours.returned.pk).update(due_date=ours.organization.today)
    page = staff.get(ours.url("today"), {"show": "all"}).content.decode()
    assert "Reminding tells Ana Ruiz of 1 overdue request" in page and "Remind overdue clients" in page
    assert f"?request={ours.pending.pk}" in page  # the row's own button
    pressed = [staff.post(ours.url("overdue_reminder") + "?show=all", follow=True).content.decode() for _ in range(2)]
    assert "Reminded Ana Ruiz of 1 overdue request" in pressed[0] and "Remind overdue clients" not in pressed[0]
    assert "Nobody is left to remind today" in pressed[1]
    run_jobs()
    [mail] = mails_to(ours)
    assert ours.pending.title in mail.body and ours.returned.title not in mail.body


def test_the_press_sends_nothing_of_clients_behind_a_wall_and_needs_the_right(
    ours: Firm, staff: Browser, sign_in
) -> None:
    assert sign_in(ours.viewer).post(ours.url("overdue_reminder")).status_code == 403
    with ours.inside():
        ClientWall.objects.create(client=ours.bakery, member=ours.member, reason="Married to the director.")
    staff.post(ours.url("overdue_reminder") + "?show=all")
    assert run_jobs() == 0
