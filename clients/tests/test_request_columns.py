"""What the rows of a list say beside their state: messages, reminders, the columns a member has chosen."""

from typing import Any

from uuid_utils.compat import uuid7

from clients.models import ListPreference
from conversations.people import Person
from conversations.posting import post
from portal.models import ReminderMail
from tests.cast import Cast

SignIn = Any


def test_a_row_counts_its_messages_and_reminders(cast: Cast, sign_in: SignIn) -> None:
    ours, browser = cast.ours, sign_in(cast.ours.member)
    address = ours.url("request_list_detail", list_id=ours.request_list.pk)
    with ours.inside():
        ReminderMail.objects.filter(items__request=ours.pending).update(status="sent", sent_at="2026-03-03T08:00Z")
        for audience in ("internal", "client"):
            post(ours.draft, by=Person.of(ours.admin), audience="internal", body=audience, submission=uuid7())

    text = browser.get(address).text
    row = text.split(f'id="request-{ours.draft.pk}"')[1].split("</tr>")[0]

    assert "2 messages, 2 not read, about PBC-001" in " ".join(row.split())
    assert text.count("1 reminder sent") == 1
    browser.get(ours.url("request_detail", request_id=ours.draft.pk))
    assert "2 messages about PBC-001" in browser.get(address).text


def test_a_member_chooses_the_columns_of_request_lists(cast: Cast, sign_in: SignIn) -> None:
    ours, browser = cast.ours, sign_in(cast.ours.viewer)
    address = ours.url("request_list_detail", list_id=ours.request_list.pk)
    choose = ours.url("request_list_columns", list_id=ours.request_list.pk)

    answer = browser.post(f"{choose}?status=pending", {"columns": ["priority", "files"]})

    assert answer.url == f"{address}?status=pending"
    text = browser.get(address).text
    assert ">Priority</th>" in text
    assert ">Client contact</th>" not in text
    assert browser.post(choose, {"columns": ["colour"]}).status_code == 302
    with ours.inside():
        assert ListPreference.objects.get(list="requests").columns == ["priority", "files"]
    browser.post(choose, {"usual": "1"})
    assert ">Client contact</th>" in browser.get(address).text
