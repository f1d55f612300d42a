"""Clients that are likely the same are found, by what the firm may see."""

import pytest

from clients.backfills import TaxNumberHash
from clients.models import (
    Client,
    ClientWall,
)

pytestmark = pytest.mark.django_db


def add(firm, name, **fields):
    with firm.inside():
        return Client.objects.create(name=name, **fields)


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


def test_clients_that_were_there_before_the_hash_are_given_one(cast):
    with cast.ours.inside():
        hashed = Client.objects.get(pk=cast.ours.bakery.pk).tax_id_hash
        Client.objects.update(tax_id_hash="")
        TaxNumberHash().fill(TaxNumberHash().rows())
        assert Client.objects.get(pk=cast.ours.bakery.pk).tax_id_hash == hashed != ""
