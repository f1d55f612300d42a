"""The newsletter: nobody gets it who has not said so twice, and everybody leaves by one press."""

import re

import pytest
from django.core import mail
from django.db import OperationalError

from marketing import mails, newsletter
from marketing.models import FormAttempt, NewsletterSignup, NewsletterSuppression, SiteMail

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
    assert NewsletterSuppression.objects.get().reason == "left"

    # Who left may come back, by confirming again.
    asked(client)
    client.post(link_in(mail.outbox[2]))
    assert [signup.email for signup in newsletter.to_mail()] == [ADDRESS]


def test_whose_mail_comes_back_is_never_mailed_again_and_nobody_learns_it(client):
    NewsletterSuppression.objects.create(email=ADDRESS, reason="bounced")
    assert asked(client)["Location"] == "/newsletter/asked/"
    assert mail.outbox == []


def test_programs_other_sites_and_nonsense_get_no_mail(client):
    assert asked(client, website="http://spam.example")["Location"] == "/newsletter/asked/"
    assert client.post("/newsletter/", {"email": ADDRESS}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    wrong = asked(client, "ida at firm")
    assert wrong.status_code == 422 and 'value="ida at firm"' in wrong.content.decode()
    assert client.get("/newsletter/").status_code == 405
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
    monkeypatch.setattr(newsletter, "CONFIRM_SECONDS", -1)
    assert client.post(link).status_code == 410


def test_a_mail_server_that_is_away_loses_no_mail(client, monkeypatch, caplog):
    monkeypatch.setattr(mails.SiteMessage, "send", lambda self: (_ for _ in ()).throw(OSError("away")))
    assert asked(client).status_code == 302
    assert SiteMail.objects.get().attempts == 1 and "tried again" in caplog.text
    monkeypatch.undo()
    assert mails.deliver() == 1
    assert mails.deliver() == 0
    assert SiteMail.objects.get().body == "", "Links that confirm are not kept."


def test_a_message_is_in_the_inbox_and_goes_out_by_mail(client, settings, monkeypatch):
    settings.CONTACT_MAIL = "desk@tickmark.example"
    said = {"name": "Ida", "email": ADDRESS, "topic": "question", "message": "Do you import from a spreadsheet?"}
    assert client.get("/contact/").status_code == 200
    again = client.post("/contact/messages/", said | {"email": "no"})
    assert again.status_code == 422 and "Do you import" in again.content.decode()
    assert client.post("/contact/messages/", said)["Location"] == "/contact/sent/"
    mails.deliver()
    [sent] = mail.outbox
    assert sent.to == ["desk@tickmark.example"] and sent.extra_headers["Reply-To"] == ADDRESS
    assert said["message"] in sent.body
    monkeypatch.setattr("marketing.views.contact.keep", lambda form: (_ for _ in ()).throw(OperationalError("gone")))
    away = client.post("/contact/messages/", said)
    assert away.status_code == 503 and "Do you import" in away.content.decode(), "Nothing typed is lost."
