"""What a contact decides alone: devices, name, language, zone and mails."""

import pytest
from django.conf import settings
from django.test import Client as Browser

from clients.models import ClientContact, InformationRequest
from portal.jobs import send_portal_link, send_returned_mail
from portal.models import PortalPreference, PortalSession, PortalSetting
from portal.sign_in import open_session
from portal.tests.browsers import mails_to
from tests.cast import Cast, Firm

pytestmark = pytest.mark.django_db
SENT = {
    "name": "Ana Ruiz", "language": "", "timezone": "", "notifications": "on", "mail_returned": "on", "reminders": "each"
}  # fmt: skip


def another_device(firm: Firm) -> tuple[Browser, PortalSession]:
    browser = Browser()
    with firm.inside():
        session, value = open_session(firm.ana)
    browser.cookies[settings.PORTAL_COOKIE_NAME] = value
    return browser, session


def choose(ana: Browser, firm: Firm, **changes: str) -> object:
    return ana.post(firm.portal("portal_preferences"), SENT | changes)


# --- devices ----------------------------------------------------------------------------------------------------


def test_a_device_that_is_signed_out_is_out_on_its_next_click(cast: Cast, ana: Browser) -> None:
    phone, session = another_device(cast.ours)
    assert phone.get(cast.ours.portal("portal_home")).status_code == 200
    ana.post(cast.ours.portal("portal_device_revocation", session_id=session.pk))
    assert phone.get(cast.ours.portal("portal_home")).status_code == 302
    assert ana.get(cast.ours.portal("portal_home")).status_code == 200


def test_all_other_devices_are_signed_out_at_once(cast: Cast, ana: Browser) -> None:
    phones = [another_device(cast.ours)[0] for _ in range(2)]
    ana.post(cast.ours.portal("portal_other_devices_revocation"))
    assert [phone.get(cast.ours.portal("portal_home")).status_code for phone in phones] == [302, 302]
    assert "This device" in ana.get(cast.ours.portal("portal_devices")).content.decode()


def test_signing_this_device_out_leads_to_the_door(cast: Cast, ana: Browser) -> None:
    gone = ana.post(cast.ours.portal("portal_device_revocation", session_id=cast.ours.portal_session.pk))
    assert gone.url == cast.ours.portal("portal_entry")


def test_a_colleagues_device_is_not_mine_to_sign_out(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        jonas = ClientContact.objects.create(client=cast.ours.bakery, name="Jonas", email="j@x.example")
        session, _ = open_session(jonas)
    address = cast.ours.portal("portal_device_revocation", session_id=session.pk)
    assert ana.post(address).status_code == 404
    with cast.ours.inside():
        assert PortalSession.objects.get(pk=session.pk).revoked_at is None


# --- preferences ------------------------------------------------------------------------------------------------


def test_the_name_is_the_persons_own(cast: Cast, ana: Browser) -> None:
    choose(ana, cast.ours, name="Ana Ruiz-Keller")
    assert "Ana Ruiz-Keller" in ana.get(cast.ours.portal("portal_home")).content.decode()


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("timezone", "Mars/Base"), ("language", "tlh")])
def test_what_cannot_be_is_said_beside_its_field(cast: Cast, ana: Browser, field: str, value: str) -> None:
    response = choose(ana, cast.ours, **{field: value})
    assert response.status_code == 422 and "is-invalid" in response.content.decode()


def test_moments_are_told_in_the_chosen_zone_and_days_stay_the_firms(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(submitted_at="2026-07-01T23:30Z")
    choose(ana, cast.ours, timezone="Asia/Tokyo")
    page = ana.get(cast.ours.portal("portal_receipts")).content.decode()
    assert "2 Jul 2026, 08:30" in page and "Asia/Tokyo" in page


def test_mails_about_returned_answers_can_be_turned_off_alone(cast: Cast, ana: Browser) -> None:
    choose(ana, cast.ours, mail_returned="")
    ids = {"request_id": str(cast.ours.returned.pk), "contact_id": str(cast.ours.ana.pk)}
    send_returned_mail.run(organization_id=str(cast.ours.organization.pk), **ids)
    assert mails_to(cast.ours) == []


# --- language ---------------------------------------------------------------------------------------------------


def language_of(ana: Browser, firm: Firm, accepted: str = "") -> str:
    page = ana.get(firm.portal("portal_home"), headers={"Accept-Language": accepted} if accepted else {})
    return page.content.decode().split('<html lang="', 1)[1].split('"', 1)[0]


def test_the_language_is_the_persons_then_the_browsers_then_the_firms(cast: Cast, ana: Browser) -> None:
    assert language_of(ana, cast.ours) == "en-gb"
    with cast.ours.inside():
        PortalSetting.objects.update(language="de")
    assert language_of(ana, cast.ours) == "de"
    assert language_of(ana, cast.ours, "en-US,en;q=0.8") == "en-gb"
    assert language_of(ana, cast.ours, "fr, de-AT;q=0.5") == "de"
    choose(ana, cast.ours, language="en-gb")
    assert language_of(ana, cast.ours, "de") == "en-gb"


def test_the_foot_of_the_page_changes_the_language_and_stays_there(cast: Cast, ana: Browser) -> None:
    here = f"requests/{cast.ours.pending.pk}/"
    gone = ana.post(cast.ours.portal("portal_language"), {"language": "de", "next": here})
    assert gone.url == cast.ours.portal("portal_request", request_id=cast.ours.pending.pk)
    assert language_of(ana, cast.ours) == "de"


def test_before_sign_in_the_page_does_not_tell_what_the_contact_chose(cast: Cast) -> None:
    with cast.ours.inside():
        PortalPreference.objects.update(language="de")
    assert '<html lang="en-gb"' in Browser().get(cast.ours.portal("portal_entry")).content.decode()


def test_mails_are_in_the_contacts_language_and_the_next_ones_in_theirs(cast: Cast) -> None:
    with cast.ours.inside():
        PortalPreference.objects.update(language="de")
    for firm in (cast.ours, cast.theirs):
        send_portal_link.run(organization_id=str(firm.organization.pk), contact_id=str(firm.ana.pk))
    assert mails_to(cast.ours)[0].subject == "Ihre Unterlagen für Harcourt & Pell LLP"
    assert mails_to(cast.theirs)[0].subject == "Your documents for Okafor Bookkeeping"
