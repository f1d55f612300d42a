"""Two clients are merged with all they have, after a comparison, and come apart again."""

import pytest
from django.db import models

from clients import project_access
from clients.client_merge import STAY
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientMerge,
    ClientTagging,
    ClientWall,
    Document,
    InformationRequest,
    Project,
    RequestList,
)
from clients.pointing import pointing_at_clients

pytestmark = pytest.mark.django_db


def add(firm, name, **fields):
    with firm.inside():
        return Client.objects.create(name=name, **fields)


def compare(browser, firm, target, source):
    url = f"{firm.url('client_merge', client_id=target.pk)}?other={source.pk}"
    return url, browser.get(url)


def merge(browser, firm, target, source, *take):
    url, page = compare(browser, firm, target, source)
    return browser.post(url, {"seen": page.context["form"].mark, "take": take})


def test_a_merge_shows_first_what_it_would_do(cast, sign_in):
    target = add(cast.ours, "Northwind", website="https://northwind.example")
    page = compare(sign_in(cast.ours.member), cast.ours, target, cast.ours.bakery)[1]
    found = {d.name: d.is_taken for d in page.context["preview"].differences}
    assert found == {"name": False, "code": True, "tax_id": True}
    assert "GB123456789" not in page.content.decode()
    assert dict(page.context["preview"].moves)["request lists"] == 1
    with cast.ours.inside():
        assert not ClientMerge.objects.filter(target=target).exists()


def test_what_a_merge_counts_is_what_its_reader_sees(cast, sign_in):
    target, browser = add(cast.ours, "Northwind"), sign_in(cast.ours.member)
    assert "projects" in dict(compare(browser, cast.ours, target, cast.ours.bakery)[1].context["preview"].moves)
    with cast.ours.inside():
        project_access.put_up_wall(cast.ours.project, cast.ours.member, reason="A relative.", by=cast.ours.owner)
    page = compare(browser, cast.ours, target, cast.ours.bakery)[1]
    assert not {"projects", "request lists"} & dict(page.context["preview"].moves).keys()
    assert "work you do not see, goes along" in page.content.decode()


def test_a_merge_moves_everything_and_loses_nothing(cast, sign_in):
    target = add(cast.ours, "Northwind Ltd")
    browser = sign_in(cast.ours.owner)
    assert merge(browser, cast.ours, target, cast.ours.bakery, "code", "tax_id").status_code == 302
    with cast.ours.inside():
        target = Client.objects.get(pk=target.pk)
        assert (target.name, target.code, target.tax_id) == ("Northwind Ltd", "NWB", "GB123456789")
        for model in (RequestList, Document, Project, ClientContact, ClientAssignment, ClientTagging, ClientWall):
            assert not model._base_manager.filter(client=cast.ours.bakery).exists(), model
            assert model._base_manager.filter(client=target).exists(), model
        assert ClientEvent.objects.get(client=target, verb="merged").what == cast.ours.bakery.name
        assert not Client.objects.filter(pk=cast.ours.bakery.pk).exists()
        assert set(ClientMerge.objects.values_list("target", flat=True)) == {target.pk}, "Older merges lead on."


def test_the_old_address_leads_to_the_client_that_stays(cast, sign_in):
    target, browser = add(cast.ours, "Northwind Ltd"), sign_in(cast.ours.owner)
    merge(browser, cast.ours, target, cast.ours.bakery)
    for old in (cast.ours.bakery, cast.ours.merged):
        response = browser.get(cast.ours.url("client_detail", client_id=old.pk))
        assert response.url == cast.ours.url("client_detail", client_id=target.pk)


def test_the_old_address_tells_nothing_to_whom_a_wall_keeps_from_the_new_client(cast, sign_in):
    with cast.ours.inside():
        ClientWall.objects.create(client=cast.ours.bakery, member=cast.ours.member, reason="Cousin.")
    url = cast.ours.url("client_detail", client_id=cast.ours.merged.pk)
    assert sign_in(cast.ours.member).get(url).status_code == 404


def test_a_person_whom_both_have_stays_once_and_keeps_what_was_asked(cast, sign_in):
    target = add(cast.ours, "Northwind Ltd")
    with cast.ours.inside():
        twin = ClientContact.objects.create(client=target, name="Ana", email=cast.ours.ana.email.upper())
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(contact=cast.ours.ana)
    merge(sign_in(cast.ours.owner), cast.ours, target, cast.ours.bakery)
    with cast.ours.inside():
        assert list(ClientContact.objects.filter(client=target)) == [twin]
        assert InformationRequest.objects.get(pk=cast.ours.pending.pk).contact_id == twin.pk
        assert ClientContact.with_deleted.get(pk=cast.ours.ana.pk).client_id == target.pk


def test_walls_of_both_stay_and_the_stricter_access_wins(cast, sign_in):
    target = add(cast.ours, "Northwind Ltd")
    with cast.ours.inside():
        ClientAssignment.objects.create(client=target, member=cast.ours.billing)
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
    merge(sign_in(cast.ours.owner), cast.ours, target, cast.ours.bakery)
    with cast.ours.inside():
        target = Client.objects.get(pk=target.pk)
        assert target.access == "assigned"
        assert not ClientAssignment.objects.filter(client=target, member=cast.ours.billing).exists()
        for member, sees in ((cast.ours.member, True), (cast.ours.viewer, False)):
            assert Client.objects.visible_to(member).filter(pk=target.pk).exists() is sees


def test_a_merge_is_undone_and_both_are_as_before(cast, sign_in):
    target = add(cast.ours, "Northwind Ltd", access="firm")
    with cast.ours.inside():
        twin = ClientContact.objects.create(client=target, name="Ana", email=cast.ours.ana.email.upper())
        ClientAssignment.objects.create(client=target, member=cast.ours.billing, is_lead=True)
        ClientTagging.objects.create(client=target, tag=cast.ours.tag)
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(contact=cast.ours.ana)
    tables = (RequestList, Document, Project, ClientContact, ClientAssignment, ClientTagging, ClientWall, ClientMerge)

    def rows(client):
        name = {ClientMerge: "target"}
        found = {m: set(m._base_manager.filter(**{name.get(m, "client"): client}).values_list("pk")) for m in tables}
        team = set(ClientAssignment.objects.filter(client=client).values_list("member", "is_lead"))
        fields = Client.with_deleted.values("name", "code", "tax_id", "access", "deleted_at").get(pk=client.pk)
        return found | {ClientAssignment: team}, fields

    with cast.ours.inside():
        before = [rows(client) for client in (target, cast.ours.bakery)]
    browser = sign_in(cast.ours.owner)
    merge(browser, cast.ours, target, cast.ours.bakery, "code", "tax_id")
    with cast.ours.inside():
        made = ClientMerge.objects.get(source=cast.ours.bakery)
        assert cast.ours.bakery.tax_id not in str(made.moved)
        since = RequestList.objects.create(title="Since", client=target)
    url = cast.ours.url("client_merge_undoing", client_id=target.pk, merge_id=made.pk)
    assert url in browser.get(cast.ours.url("client_detail", client_id=target.pk)).text
    assert {(row.label, row.back) for row in browser.get(url).context["returns"]} >= {("request lists", 1)}
    assert browser.post(url).url == cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    with cast.ours.inside():
        assert RequestList.objects.get(pk=since.pk).client_id == target.pk
        since.delete()
        assert [rows(client) for client in (target, cast.ours.bakery)] == before
        assert InformationRequest.objects.get(pk=cast.ours.pending.pk).contact_id == cast.ours.ana.pk
        assert ClientContact.objects.filter(pk__in=[twin.pk, cast.ours.ana.pk]).count() == 2
    assert browser.post(url).status_code == 404


def test_what_changed_since_it_was_compared_is_compared_again(cast, sign_in):
    target, browser = add(cast.ours, "Northwind Ltd"), sign_in(cast.ours.owner)
    url, page = compare(browser, cast.ours, target, cast.ours.bakery)
    with cast.ours.inside():
        Client.objects.filter(pk=target.pk).update(industry="Bread")
    response = browser.post(url, {"seen": page.context["form"].mark})
    assert response.status_code == 409 and "changed meanwhile" in response.content.decode()
    with cast.ours.inside():
        assert Client.objects.filter(pk=cast.ours.bakery.pk).exists()
    again = browser.post(url, {"seen": response.context["form"].mark})
    assert again.status_code == 302


def test_the_other_client_is_found_by_code_or_name_and_never_in_another_firm(cast, sign_in):
    target, browser = add(cast.ours, "Kestrel"), sign_in(cast.ours.owner)
    url = cast.ours.url("client_merge", client_id=target.pk)
    assert browser.get(url, {"other": "nwb"}).context["other"].pk == cast.ours.bakery.pk
    for other in (cast.theirs.bakery.pk, "Nowhere", "", "\0"):
        assert browser.get(url, {"other": other}).status_code == 422


def test_every_table_that_names_a_client_moves_or_is_looked_after():
    protected = {
        relation.related_model for relation in Client._meta.related_objects if relation.on_delete is models.PROTECT
    }
    moved = {model for model, _ in pointing_at_clients()} - STAY
    assert protected <= moved
