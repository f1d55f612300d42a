"""The newsletter: nobody gets it who has not said so twice, and everybody leaves by one press."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.test import RequestFactory

from marketing import mails, newsletter
from marketing.form_page import sender
from marketing.models import FormAttempt, NewsletterSignup, NewsletterSuppression, SiteMail, VisitorSalt

pytestmark = pytest.mark.django_db(databases=["marketing"])
ADDRESS = "ida@firm.example"


def link_in(message):
    return re.search(r"http://localhost:8000(/\S+)", message.body)[1]


def asked(client, email=ADDRESS, **more):
    answer = client.post("/newsletter/", {"email": email, **more}, headers={"referer": "http://testserver/pricing/"})
    mails.deliver()
    return answer


def test_an_address_is_on_the_list_once_its_owner_has_pressed_the_button(client):
    assert asked(client, "Ida@Firm.example")["Location"] == "/newsletter/asked/"
    row = NewsletterSignup.objects.get()
    assert (row.email, row.status, row.consent_page) == (ADDRESS, "pending", "http://testserver/pricing/")
    assert row.consent_text == newsletter.CONSENT
    confirming = link_in(mail.outbox[0])
    read = " ".join(re.sub("<[^>]+>", "", client.get("/pricing/").content.decode()).split())
    what, how = row.consent_text.split(". ", 1)
    assert 0 < read.index(what) < read.index(how), "It is what was read."
    assert "Confirm" in client.get(confirming).content.decode()
    row.refresh_from_db()
    assert row.status == "pending", "Opening a link confirms nothing: scanners of mails open all of them."
    assert client.post(confirming)["Location"] == "/newsletter/confirmed/"
    row.refresh_from_db()
    assert row.status == "confirmed" and row.confirmed_at
    mails.deliver()
    welcome = mail.outbox[1]
    assert welcome.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leaving = welcome.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    asked(client)
    assert len(mail.outbox) == 2, "Who is on the list is not asked again."

    # A mail program presses the button of RFC 8058, from no page of ours.
    pressed = client.post(leaving, {"List-Unsubscribe": "One-Click"}, headers={"sec-fetch-site": "cross-site"})
    assert pressed.status_code == 200 and not pressed.cookies
    row.refresh_from_db()
    assert row.status == "left" and newsletter.to_mail() == []
    assert client.post(confirming).status_code == 410, "Nobody who has left is told to be on the list."
    assert NewsletterSuppression.objects.get().reason == "left"

    # Who left may come back, by confirming again.
    asked(client)
    client.post(link_in(mail.outbox[2]))
    assert [signup.email for signup in newsletter.to_mail()] == [ADDRESS]


def test_whose_mail_comes_back_is_never_mailed_again_and_nobody_learns_it(client):
    NewsletterSuppression.objects.create(email=ADDRESS, reason="bounced")
    assert asked(client)["Location"] == "/newsletter/asked/"
    assert mail.outbox == []
    client.post("/newsletter/", {"email": "other@firm.example"}, headers={"referer": "http://testserver/preview/x:y/"})
    assert NewsletterSignup.objects.get().consent_page == "", "Who may look at a preview is nobody else’s business."
    mails.deliver()
    NewsletterSuppression.objects.create(email="other@firm.example", reason="complained")
    assert client.post(link_in(mail.outbox[0])).status_code == 410
    assert newsletter.to_mail() == [] and mails.deliver() == 0


def test_programs_other_sites_and_nonsense_get_no_mail(client):
    assert asked(client, website="http://spam.example")["Location"] == "/newsletter/asked/"
    assert client.post("/newsletter/", {"email": ADDRESS}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    wrong = asked(client, "ida at firm")
    assert wrong.status_code == 422 and 'value="ida at firm"' in wrong.content.decode()
    assert "Subscribe</button>" in client.get("/newsletter/").content.decode(), "Its address opened again."
    assert client.get("/contact/messages/")["Location"] == "/contact/"
    assert mail.outbox == [] and not NewsletterSignup.objects.exists()


def test_nobody_fills_a_mailbox_or_the_list_through_us(client):
    for _ in range(5):
        assert asked(client).status_code == 302
    assert len(mail.outbox) == 3
    for number in range(6):
        answer = asked(client, f"other-{number}@firm.example")
    assert answer.status_code == 429 and "Try again in an hour" in answer.content.decode()
    assert "127.0.0.1" not in str(FormAttempt.objects.values_list("sender", flat=True))


def test_links_that_are_old_or_broken_say_so(client, monkeypatch):
    asked(client)
    link = link_in(mail.outbox[0])
    assert client.post(link[:-2] + "x/").status_code == 410
    assert client.post(link.replace("confirm", "leave")).status_code == 404, "A link does what it was made for."
    leaving = newsletter.leaving_address(NewsletterSignup.objects.get()).removeprefix("http://localhost:8000")
    monkeypatch.setattr(newsletter, "CONFIRM_SECONDS", -1)
    assert client.post(link).status_code == 410
    NewsletterSignup.objects.all().delete()
    assert "You are not on the list" in client.post(leaving).content.decode()


def test_a_mail_server_that_is_away_loses_no_mail(client, monkeypatch, caplog):
    monkeypatch.setattr(mails.SiteMessage, "send", lambda self: (_ for _ in ()).throw(OSError("away")))
    assert asked(client).status_code == 302
    assert SiteMail.objects.get().attempts == 1 and "tried again" in caplog.text
    assert mails.deliver() == mails.deliver() == 0
    assert SiteMail.objects.get().attempts == 1, "It rests, however many others come meanwhile."
    monkeypatch.undo()
    monkeypatch.setattr(mails, "AGAIN", timedelta())
    asked(client, "other@firm.example")
    assert len(mail.outbox) == 2
    assert mails.deliver() == 0
    assert {sent.body for sent in SiteMail.objects.all()} == {""}, "Links that confirm are not kept."


def test_a_mail_nobody_can_send_holds_up_no_other(client, monkeypatch):
    send = mails.SiteMessage.send
    monkeypatch.setattr(
        mails.SiteMessage,
        "send",
        lambda self: send(self) if "other@" in self.to[0] else self.to[0].encode("no such code"),
    )
    monkeypatch.setattr(mails, "AGAIN", timedelta())
    for address in (ADDRESS, "other@firm.example"):
        asked(client, address)
    assert [sent.to for sent in mail.outbox] == [["other@firm.example"]]
    assert SiteMail.objects.get(sent_at=None).attempts == 2


def test_what_is_kept_for_a_time_is_forgotten_though_nobody_comes(client):
    asked(client)
    long_ago = datetime.now(UTC) - timedelta(days=31)
    NewsletterSignup.objects.update(asked_at=long_ago)
    SiteMail.objects.update(created_at=long_ago)
    VisitorSalt.objects.get_or_create(day=long_ago.date(), defaults={"salt": b"x"})
    call_command("site_chores")
    assert not NewsletterSignup.objects.exists() and not SiteMail.objects.exists()
    assert not VisitorSalt.objects.filter(day=long_ago.date()).exists()


def test_a_network_of_ipv6_is_one_sender():
    def sent_from(address):
        request = RequestFactory().post("/newsletter/")
        request.address = address
        return sender(request)

    assert sent_from("2001:db8:1:2::1") == sent_from("2001:db8:1:2:ffff::9") != sent_from("2001:db8:1:3::1")
    assert sent_from("::ffff:192.0.2.7") == sent_from("192.0.2.7") == "192.0.2.7"


def test_a_message_is_in_the_inbox_and_goes_out_by_mail(client, settings, monkeypatch):
    settings.CONTACT_MAIL = "desk@tickmark.example"
    said = {"name": "Ida", "email": ADDRESS, "topic": "question", "message": "Do you import from a spreadsheet?"}
    assert client.get("/contact/").status_code == 200
    again = client.post("/contact/messages/", said | {"email": "no"})
    assert again.status_code == 422 and "Do you import" in again.content.decode()
    assert client.post("/contact/messages/", said | {"message": "x" * 5_001}).status_code == 422
    assert client.post("/contact/messages/", said)["Location"] == "/contact/sent/"
    mails.deliver()
    [sent] = mail.outbox
    assert sent.to == ["desk@tickmark.example"] and sent.extra_headers["Reply-To"] == ADDRESS
    assert said["message"] in sent.body
    monkeypatch.setattr("marketing.views.contact.keep", lambda form: (_ for _ in ()).throw(OperationalError("gone")))
    away = client.post("/contact/messages/", said)
    assert away.status_code == 503 and "Do you import" in away.content.decode(), "Nothing typed is lost."
