"""Duplicates are found and merged with all they have; tags, relations, the trash, the timeline and the tax number."""

import pytest
from django.db import models

from audit.models import AuditLog
from clients.backfills import TaxNumberHash
from clients.client_merge import STAY
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientMerge,
    ClientRelation,
    ClientTag,
    ClientTagging,
    ClientWall,
    Document,
    InformationRequest,
    Project,
    RequestList,
)
from clients.pointing import pointing_at_clients
from organizations.models import Membership

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


# --- duplicates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"name": "Kestrel Ltd"}, {"name": "KESTREL, Limited"}, "Same name"),
        ({"name": "A", "website": "https://www.kestrel.example/"}, {"name": "B", "website": "http://kestrel.example"}, "Same website"),
        ({"name": "A", "tax_id": "GB 123.456"}, {"name": "B", "tax_id": "gb123456"}, "Same tax number"),
    ],
)  # fmt: skip
def test_likely_duplicates_are_found(cast, sign_in, one, other, why):
    add(cast.ours, **one)
    add(cast.ours, **other)
    add(cast.ours, "Somebody else", website="https://else.example", tax_id="GB777")
    add(cast.theirs, **one)
    groups = sign_in(cast.ours.member).get(cast.ours.url("client_duplicates")).context["groups"]
    assert [(group.why, {client.name for client in group.clients}) for group in groups] == [
        (why, {one["name"], other["name"]})
    ]


def test_a_duplicate_behind_a_wall_is_not_shown(cast, sign_in):
    hidden = add(cast.ours, "Kestrel Ltd")
    add(cast.ours, "Kestrel Limited")
    with cast.ours.inside():
        ClientWall.objects.create(client=hidden, member=cast.ours.member, reason="Cousin.")
    assert sign_in(cast.ours.member).get(cast.ours.url("client_duplicates")).context["groups"] == []


def test_the_same_tax_number_of_two_firms_has_two_hashes(cast):
    ours, theirs = add(cast.ours, "A", tax_id="GB1"), add(cast.theirs, "A", tax_id="GB1")
    assert ours.tax_id_hash and ours.tax_id_hash != theirs.tax_id_hash


# --- merging ----------------------------------------------------------------------------------------------------


def test_a_merge_shows_first_what_it_would_do(cast, sign_in):
    target = add(cast.ours, "Northwind", website="https://northwind.example")
    page = compare(sign_in(cast.ours.member), cast.ours, target, cast.ours.bakery)[1]
    found = {d.name: d.is_taken for d in page.context["preview"].differences}
    assert found == {"name": False, "code": True, "tax_id": True}
    assert "GB123456789" not in page.content.decode()
    assert dict(page.context["preview"].moves)["request lists"] == 1
    with cast.ours.inside():
        assert not ClientMerge.objects.filter(target=target).exists()


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


# --- tags and relations -----------------------------------------------------------------------------------------


def test_a_tag_is_renamed_for_everybody_and_merged_into_another(cast, sign_in):
    browser, kestrel = sign_in(cast.ours.member), add(cast.ours, "Kestrel")
    with cast.ours.inside():
        other = ClientTag.objects.create(name="Catering")
        ClientTagging.objects.bulk_create(ClientTagging(client=c, tag=other) for c in (kestrel, cast.ours.bakery))
    taken = browser.post(cast.ours.url("client_tag_update", tag_id=other.pk), {"name": cast.ours.tag.name.upper()})
    assert taken.status_code == 422 and "The firm has a tag of this name" in taken.content.decode()
    browser.post(cast.ours.url("client_tag_update", tag_id=other.pk), {"name": "Restaurants"})
    browser.post(cast.ours.url("client_tag_merging", tag_id=other.pk), {"into": cast.ours.tag.pk})
    with cast.ours.inside():
        assert not ClientTag.objects.filter(name="Restaurants").exists()
        assert set(ClientTagging.objects.values_list("client", "tag")) == {
            (kestrel.pk, cast.ours.tag.pk), (cast.ours.bakery.pk, cast.ours.tag.pk)
        }  # fmt: skip


def test_tags_are_written_on_the_clients_form(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_create")
    form = {
        "name": "Kestrel",
        "type": "company",
        "status": "active",
        "access": "firm",
        "tag_names": "Food, birds , FOOD",
    }
    page = browser.post(url, form, follow=True)
    assert {tag.name.lower() for tag in page.context["client_tags"]} == {"food", "birds"}


def test_a_relation_is_read_from_both_sides_and_not_through_a_wall(cast, sign_in):
    browser, parent = sign_in(cast.ours.member), add(cast.ours, "Kestrel Group", code="KG")
    url = cast.ours.url("client_relation_create", client_id=cast.ours.bakery.pk)
    browser.post(url, {"kind": "parent", "other": "kg"})
    assert browser.post(url, {"kind": "sister", "other": "KG"}).status_code == 422

    def words(client):
        page = browser.get(cast.ours.url("client_detail", client_id=client.pk))
        return [(row["member"].words, row["member"].client.name) for row in page.context["group"]]

    assert words(cast.ours.bakery) == [("Parent company of", "Kestrel Group")]
    assert words(parent) == [("Subsidiary of", cast.ours.bakery.name)]
    with cast.ours.inside():
        ClientWall.objects.create(client=parent, member=cast.ours.member, reason="Cousin.")
    assert words(cast.ours.bakery) == []
    with cast.ours.inside():
        relation = ClientRelation.objects.get(related=parent)
    removal = cast.ours.url("client_relation_removal", client_id=cast.ours.bakery.pk, relation_id=relation.pk)
    assert browser.post(removal).status_code == 404


def test_a_group_is_shown_whole_but_not_through_whom_one_may_not_see(cast, sign_in):
    holding, sister, cousin = (add(cast.ours, name) for name in ("Holding", "Sister", "Cousin"))
    with cast.ours.inside():
        for one, other in ((holding, cast.ours.bakery), (holding, sister), (cousin, sister)):
            ClientRelation.objects.create(client=one, related=other, kind="parent")

    def group(browser):
        page = browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk))
        return [(row["member"].client.name, row["member"].of.name, row["is_own"]) for row in page.context["group"]]

    bakery = cast.ours.bakery.name
    everybody = [("Holding", bakery, True), ("Sister", "Holding", False), ("Cousin", "Sister", False)]
    assert group(sign_in(cast.ours.member)) == everybody
    with cast.ours.inside():
        ClientWall.objects.create(client=sister, member=cast.ours.member, reason="Cousin.")
    assert [row[0] for row in group(sign_in(cast.ours.member))] == ["Holding"]


# --- trash, timeline, tax number ----------------------------------------------------------------------------------


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


def timeline(browser, firm, **params):
    return browser.get(firm.url("client_timeline", client_id=firm.bakery.pk), params)


def test_the_timeline_tells_of_requests_documents_and_the_client_as_far_as_one_may_see(cast, sign_in):
    def verbs(member):
        return {entry.verb for entry in timeline(sign_in(member), cast.ours).context["timeline"].entries}

    with cast.ours.inside():
        ClientEvent.objects.create(client=cast.ours.bakery, verb="wall_up", what="Somebody", member=cast.ours.owner)
    assert {"added the client", "answered", "uploaded"} <= verbs(cast.ours.member)
    assert "put up a wall before" in verbs(cast.ours.owner) and "put up a wall before" not in verbs(cast.ours.member)
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(
            permissions={"view_requests": False, "view_documents": False}
        )
    assert verbs(cast.ours.member) == {"added the client"}


def test_the_timeline_is_paged_without_losing_a_line(cast, sign_in, monkeypatch):
    with cast.ours.inside():
        for n in range(8):
            ClientEvent.objects.create(client=cast.ours.bakery, verb="changed", what=f"field {n}")
    browser, seen, before = sign_in(cast.ours.owner), [], ""
    whole = [entry.moment for entry in timeline(browser, cast.ours).context["timeline"].entries]
    monkeypatch.setattr("clients.timeline.timeline.__kwdefaults__", {"before": "", "size": 3})
    while True:
        found = timeline(browser, cast.ours, before=before).context["timeline"]
        seen += [entry.moment for entry in found.entries]
        if not (before := found.older):
            break
    assert seen == whole == sorted(set(seen), reverse=True)
    assert len(seen) > 8
    assert timeline(browser, cast.ours, before="nonsense").status_code == 200


def test_looking_at_the_tax_number_is_on_record(cast, sign_in):
    url = cast.ours.url("client_tax_id_reveal", client_id=cast.ours.bakery.pk)
    overview = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    browser = sign_in(cast.ours.member)
    assert "GB123456789" not in browser.get(overview).content.decode()
    assert browser.get(url).status_code == 405
    response = browser.post(url)
    assert "GB123456789" in response.content.decode() and "no-store" in response.headers["Cache-Control"]
    with cast.ours.inside():
        line = AuditLog.objects.get(action="reveal")
        assert (line.resource_id, line.user_id) == (cast.ours.bakery.pk, cast.ours.member.user_id)


def test_both_sides_of_the_ball_stand_on_the_overview(cast, sign_in):
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(due_date="2020-01-01")
    page = sign_in(cast.ours.member).get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).content.decode()
    assert "What is blocking" in page and "With us" in page and "The pending request" in page


def test_clients_that_were_there_before_the_hash_are_given_one(cast):
    with cast.ours.inside():
        hashed = Client.objects.get(pk=cast.ours.bakery.pk).tax_id_hash
        Client.objects.update(tax_id_hash="")
        TaxNumberHash().fill(TaxNumberHash().rows())
        assert Client.objects.get(pk=cast.ours.bakery.pk).tax_id_hash == hashed != ""
