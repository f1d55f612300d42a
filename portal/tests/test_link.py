"""The mailed link: looking spends nothing, the button spends it once."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import ClientContact
from organizations.mounts import portal_url
from portal.models import MagicLinkToken, PortalSession
from portal.tests.browsers import PathBrowser, link_in, mails_to
from tests.cast import Cast, Firm, in_portal
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def link(firm: Firm) -> str:
    return firm.portal("portal_link", token=firm.link_token)


def change_link(firm: Firm, **fields: object) -> None:
    with firm.inside():
        MagicLinkToken.objects.filter(pk=firm.magic_link.pk).update(**fields)


@pytest.mark.parametrize("verb", ["get", "head"])
def test_a_mail_scanner_spends_nothing(cast: Cast, verb: str) -> None:
    for _ in range(3):
        response = getattr(Browser(), verb)(link(cast.ours))
        assert response.status_code == 200
        assert settings.PORTAL_COOKIE_NAME not in response.cookies
    assert Browser().post(link(cast.ours)).url == cast.ours.portal("portal_home")


def test_the_button_signs_in(cast: Cast) -> None:
    browser = PathBrowser()
    assert "Open my documents" in browser.get(link(cast.ours)).content.decode()
    browser.post(link(cast.ours))
    assert cast.ours.bakery.name in browser.get(cast.ours.portal("portal_home")).content.decode()


def test_the_session_cookie_is_for_this_portal_alone(cast: Cast) -> None:
    cookie = Browser().post(link(cast.ours)).cookies[settings.PORTAL_COOKIE_NAME]
    assert cookie["path"] == f"/portal/{cast.ours.ana.portal_key}/"
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) is settings.SESSION_COOKIE_SECURE


def test_the_database_knows_only_the_hash_of_the_cookie(cast: Cast) -> None:
    value = Browser().post(link(cast.ours)).cookies[settings.PORTAL_COOKIE_NAME].value
    with cast.ours.inside():
        hashes = [bytes(session.token_hash) for session in PortalSession.objects.all()]
    assert sha256(value.encode()).digest() in hashes and value.encode() not in hashes


def test_a_second_press_on_the_same_link_is_refused(cast: Cast) -> None:
    Browser().post(link(cast.ours))
    second = Browser().post(link(cast.ours), follow=True)
    assert second.status_code == 410
    assert "This link was used" in second.content.decode()
    with cast.ours.inside():
        assert PortalSession.objects.count() == 2  # the cast's, and the first press's


def test_a_used_link_goes_on_in_the_browser_that_is_signed_in(cast: Cast) -> None:
    browser = PathBrowser()
    browser.post(link(cast.ours))
    assert browser.get(link(cast.ours)).url == cast.ours.portal("portal_home")
    assert browser.post(link(cast.ours)).url == cast.ours.portal("portal_home")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, "This link has expired"),
        ({"revoked_at": timezone.now()}, "This link was withdrawn"),
    ],
)
def test_a_closed_link_says_why_and_offers_a_new_one(cast: Cast, fields: dict, sentence: str) -> None:
    change_link(cast.ours, **fields)
    page = Browser().get(link(cast.ours))
    assert page.status_code == 410
    assert sentence in page.content.decode() and "Email me a new link" in page.content.decode()
    assert "a…a@bakery-harcourt.example" in page.content.decode()
    assert cast.ours.ana.email not in page.content.decode()
    assert settings.PORTAL_COOKIE_NAME not in Browser().post(link(cast.ours)).cookies


@pytest.mark.parametrize("token", ["nonsense", "x" * 500, "…", "%00"])
def test_a_link_nobody_made_is_answered_alike(cast: Cast, token: str) -> None:
    response = Browser().post(cast.ours.portal("portal_link", token=token), follow=True)
    assert response.status_code == 410 and "This link does not work" in response.content.decode()


def test_another_firms_link_opens_nothing_here(cast: Cast) -> None:
    response = Browser().post(cast.ours.portal("portal_link", token=cast.theirs.link_token), follow=True)
    assert "This link does not work" in response.content.decode()


def test_a_new_link_comes_by_mail_to_the_contacts_own_address(cast: Cast) -> None:
    Browser().post(cast.ours.portal("portal_link_request"), {"email": "thief@elsewhere.example"})
    assert run_jobs() == 1
    (message,) = mail.outbox
    assert message.to == [cast.ours.ana.email]
    assert message.from_email.startswith("Harcourt & Pell LLP via Tickmark <")
    browser = PathBrowser()
    assert browser.post(link_in(message)).url == cast.ours.portal("portal_home")
    assert browser.get(cast.ours.portal("portal_home")).status_code == 200


def test_links_sent_before_stay_good(cast: Cast) -> None:
    Browser().post(cast.ours.portal("portal_link_request"))
    run_jobs()
    assert Browser().post(link(cast.ours)).url == cast.ours.portal("portal_home")


def test_nobodys_inbox_is_flooded(cast: Cast) -> None:
    answers = [Browser().post(cast.ours.portal("portal_link_request"), follow=True).content for _ in range(8)]
    run_jobs()
    assert len(mails_to(cast.ours)) == 5
    assert {b"A link is on its way" in answer for answer in answers} == {True}


def test_a_deep_link_leads_to_the_exact_request(cast: Cast) -> None:
    page = cast.ours.portal("portal_request", request_id=cast.ours.pending.pk)
    asked = Browser().get(page)
    assert asked.url.startswith(cast.ours.portal("portal_entry") + "?next=requests")
    Browser().post(cast.ours.portal("portal_link_request"), {"next": f"requests/{cast.ours.pending.pk}/"})
    run_jobs()
    assert Browser().post(link_in(mail.outbox[0])).url == page


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "../../o/harcourt/", "sign-out/", "x" * 300, "\0"],
)
def test_a_link_leads_nowhere_but_into_the_portal(cast: Cast, path: str) -> None:
    Browser().post(cast.ours.portal("portal_link_request"), {"next": path})
    run_jobs()
    assert Browser().post(link_in(mail.outbox[0])).url == cast.ours.portal("portal_home")
    assert in_portal(cast.ours).get(cast.ours.portal("portal_entry"), {"next": path}).url == cast.ours.portal(
        "portal_home"
    )


def test_removing_the_contact_ends_the_session_on_the_next_click(cast: Cast) -> None:
    browser = in_portal(cast.ours)
    assert browser.get(cast.ours.portal("portal_home")).status_code == 200
    with cast.ours.inside():
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(deleted_at=timezone.now())
    gone = browser.get(cast.ours.portal("portal_home"))
    assert gone.status_code == 404
    assert cast.ours.organization.name not in gone.content.decode()


def test_taking_portal_access_away_ends_the_session_too(cast: Cast) -> None:
    with cast.ours.inside():
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(portal_access=False)
    assert in_portal(cast.ours).get(cast.ours.portal("portal_home")).status_code == 404


@pytest.mark.parametrize("name", ["portal_home", "portal_entry", "portal_code"])
def test_an_address_of_nobody_tells_nothing(cast: Cast, name: str) -> None:
    page = Browser().get(portal_url("nobodyatall0000x", name))
    assert page.status_code == 404 and "Nothing is filed here" in page.content.decode()


def test_my_cookie_opens_no_other_contacts_portal(cast: Cast) -> None:
    browser = in_portal(cast.ours)
    assert browser.get(cast.theirs.portal("portal_home")).url.startswith(cast.theirs.portal("portal_entry"))


def test_two_portals_in_one_browser_never_mix(cast: Cast) -> None:
    browser = PathBrowser()
    browser.post(link(cast.ours))
    browser.post(link(cast.theirs))
    ours = browser.get(cast.ours.portal("portal_home")).content.decode()
    theirs = browser.get(cast.theirs.portal("portal_home")).content.decode()
    assert cast.ours.organization.name.split()[0] in ours and cast.theirs.bakery.name not in ours
    assert cast.theirs.organization.name.split()[0] in theirs and cast.ours.bakery.name not in theirs
    browser.post(cast.ours.portal("portal_sign_out"))
    assert browser.get(cast.ours.portal("portal_home")).status_code == 302
    assert browser.get(cast.theirs.portal("portal_home")).status_code == 200


def test_signing_out_ends_the_session_and_not_only_the_cookie(cast: Cast) -> None:
    in_portal(cast.ours).post(cast.ours.portal("portal_sign_out"))
    assert in_portal(cast.ours).get(cast.ours.portal("portal_home")).status_code == 302


def test_an_expired_session_leads_to_sign_in(cast: Cast) -> None:
    with cast.ours.inside():
        PortalSession.objects.update(expires_at=timezone.now())
    assert in_portal(cast.ours).get(cast.ours.portal("portal_home")).status_code == 302


def test_a_visit_is_noted_once_in_a_while(cast: Cast) -> None:
    with cast.ours.inside():
        PortalSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    in_portal(cast.ours).get(cast.ours.portal("portal_home"))
    with cast.ours.inside():
        first = ClientContact.objects.get(pk=cast.ours.ana.pk).last_seen_at
    in_portal(cast.ours).get(cast.ours.portal("portal_home"))
    with cast.ours.inside():
        assert first is not None and ClientContact.objects.get(pk=cast.ours.ana.pk).last_seen_at == first
