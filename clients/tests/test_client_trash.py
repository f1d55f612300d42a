"""Clients are deleted only where nothing is lost, and come back."""

import pytest

from clients.models import (
    Client,
    ClientContact,
)

pytestmark = pytest.mark.django_db


def add(firm, name, **fields):
    with firm.inside():
        return Client.objects.create(name=name, **fields)


def test_a_client_with_work_on_record_is_not_deleted(cast, sign_in):
    page = sign_in(cast.ours.member).post(cast.ours.url("client_deletion", client_id=cast.ours.bakery.pk), follow=True)
    assert "request lists" in page.content.decode() and "Archive the client instead" in page.content.decode()
    with cast.ours.inside():
        assert Client.objects.filter(pk=cast.ours.bakery.pk).exists()


def test_a_deleted_client_goes_with_its_contacts_and_comes_back_with_them(cast, sign_in):
    browser, kestrel = sign_in(cast.ours.member), add(cast.ours, "Kestrel", code="KES")
    with cast.ours.inside():
        ClientContact.objects.create(client=kestrel, name="Kim", email="kim@k.example")
    browser.post(cast.ours.url("client_deletion", client_id=kestrel.pk))
    assert browser.get(cast.ours.url("client_detail", client_id=kestrel.pk)).status_code == 404
    shown = [client.name for client in browser.get(cast.ours.url("client_trash")).context["page"].rows]
    assert "Kestrel" in shown and cast.ours.merged.name not in shown
    add(cast.ours, "Taker of codes", code="kes")
    page = browser.post(cast.ours.url("client_restoration", trashed_id=kestrel.pk), follow=True).content.decode()
    assert "came back without one" in page
    with cast.ours.inside():
        assert Client.objects.get(pk=kestrel.pk).code == ""
        assert ClientContact.objects.filter(client=kestrel, name="Kim").exists()
