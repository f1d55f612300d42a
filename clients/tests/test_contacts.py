"""Contacts of a client: added, changed, removed, and what two people change at once."""

import pytest
from django.utils import timezone

from clients.models import ClientContact, InformationRequest

pytestmark = pytest.mark.django_db
CONTACT = {"name": "Jonas Keller", "email": "Jonas@Bakery.example", "portal_access": "on"}


def seen_in(browser, url):
    return browser.get(url).context["form"].initial["seen"]


def test_contacts_are_added_changed_and_removed(cast, sign_in):
    browser = sign_in(cast.ours.member)
    browser.post(cast.ours.url("contact_create", client_id=cast.ours.bakery.pk), CONTACT)
    with cast.ours.inside():
        jonas = ClientContact.objects.get(email="jonas@bakery.example")
    url = cast.ours.url("contact_update", contact_id=jonas.pk)
    browser.post(url, {**CONTACT, "title": "Payroll", "seen": seen_in(browser, url)})
    shown = browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).content.decode()
    assert "Payroll" in shown
    removal = cast.ours.url("contact_removal", contact_id=jonas.pk)
    assert "No open request is asked of Jonas Keller alone" in browser.get(removal).content.decode()
    assert "Jonas Keller removed. Their portal is closed." in browser.post(removal, follow=True).content.decode()
    with cast.ours.inside():
        gone = ClientContact.with_deleted.get(pk=jonas.pk)
        assert (gone.deleted_at is not None, gone.portal_access) == (True, False)


@pytest.mark.parametrize("successor", ["jonas", "anyone"])
def test_the_open_requests_of_a_removed_contact_go_to_somebody(cast, sign_in, successor):
    browser = sign_in(cast.ours.member)
    with cast.ours.inside():
        jonas = ClientContact.objects.create(client=cast.ours.bakery, name="Jonas Keller", email="jonas@b.example")
        InformationRequest.objects.update(contact=cast.ours.ana)
    removal = cast.ours.url("contact_removal", contact_id=cast.ours.ana.pk)
    asked = browser.get(removal).content.decode()
    assert "4 open requests are asked of Ana Ruiz alone" in asked
    assert "The pending request" in asked
    assert "The accepted request" not in asked
    assert "Choose who answers" in browser.post(removal).content.decode()
    with cast.ours.inside():
        assert ClientContact.objects.filter(pk=cast.ours.ana.pk).exists()
    to = {"jonas": str(jonas.pk), "anyone": "anyone"}[successor]
    said = browser.post(removal, {"requests_to": to}, follow=True).content.decode()
    assert f"4 open requests go to {'Jonas Keller' if successor == 'jonas' else 'anyone at the client'}" in said
    with cast.ours.inside():
        pending = InformationRequest.objects.get(pk=cast.ours.pending.pk)
        assert (pending.contact, pending.version) == (jonas if successor == "jonas" else None, 2)
        assert InformationRequest.objects.get(pk=cast.ours.accepted.pk).contact_id == cast.ours.ana.pk


def test_one_address_is_one_contact_of_a_client(cast, sign_in):
    url = cast.ours.url("contact_create", client_id=cast.ours.bakery.pk)
    response = sign_in(cast.ours.member).post(url, {**CONTACT, "email": cast.ours.ana.email.upper()})
    assert response.status_code == 422
    assert "has a contact with this address" in response.content.decode()


def test_a_contact_is_made_once_however_often_the_form_is_sent(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("contact_create", client_id=cast.ours.bakery.pk)
    form = {**CONTACT, "key": browser.get(url).context["form"].initial["key"]}
    assert browser.post(url, form).url == browser.post(url, form).url
    with cast.ours.inside():
        assert ClientContact.objects.filter(name="Jonas Keller").count() == 1


def test_a_stale_contact_is_not_overwritten_unasked(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("contact_update", contact_id=cast.ours.ana.pk)
    seen = seen_in(browser, url)
    with cast.ours.inside():
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(phone="0123")
    response = browser.post(url, {**CONTACT, "seen": seen})
    assert response.status_code == 409
    assert "Somebody changed this contact" in response.content.decode()
    again = {**CONTACT, "seen": response.context["form"]["seen"].value()}
    assert browser.post(url, again).status_code == 302


def test_a_contact_who_visits_the_portal_does_not_make_their_form_stale(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("contact_update", contact_id=cast.ours.ana.pk)
    seen = seen_in(browser, url)
    with cast.ours.inside():
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(last_seen_at=timezone.now())
    assert browser.post(url, {**CONTACT, "seen": seen}).status_code == 302
