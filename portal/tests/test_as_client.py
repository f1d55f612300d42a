"""The firm looks with the client's eyes: exactly what the contact finds, and nothing changes by looking."""

from typing import Any

from clients.models import ClientContact, InformationRequest
from conversations.models import ThreadReader
from tests.cast import Cast

SignIn = Any


def test_a_list_is_shown_as_each_of_the_clients_people_finds_it(cast: Cast, sign_in: SignIn) -> None:
    ours, browser = cast.ours, sign_in(cast.ours.member)
    url = ours.url("list_as_client", list_id=ours.request_list.pk)
    with ours.inside():
        other = ClientContact.objects.create(client=ours.bakery, name="Bo Other", email="bo@bakery.example")
        InformationRequest.objects.filter(pk=ours.pending.pk).update(contact=other)
        read = ThreadReader.objects.count()

    ana, bo = (browser.get(url, {"contact": contact.pk}).text for contact in (ours.ana, other))

    assert f"{ours.ana.name} does not see 1 draft and 1 request asked of somebody else." in ana
    assert ours.draft.title not in ana + bo
    assert ours.pending.title not in ana
    assert ours.pending.title in bo
    assert ours.returned.title in ana
    with ours.inside():
        assert ThreadReader.objects.count() == read
        ClientContact.objects.update(portal_access=False)
    assert "Nobody at the client may use the portal" in browser.get(url).text
