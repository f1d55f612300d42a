"""Tags of clients, and clients related to each other."""

import pytest

from clients.models import (
    Client,
    ClientRelation,
    ClientTag,
    ClientTagging,
    ClientWall,
)

pytestmark = pytest.mark.django_db


def add(firm, name, **fields):
    with firm.inside():
        return Client.objects.create(name=name, **fields)


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
