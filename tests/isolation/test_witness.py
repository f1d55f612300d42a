"""The witness of the other tests: what it must notice, and what it must not mistake for a change."""

from collections.abc import Callable

import pytest
from django.db import transaction

from clients.models import Client
from tests.cast import Cast
from tests.isolation.real import in_a_thread
from tests.isolation.rows import Snapshot, Watch, changed, run, snapshot, watch

pytestmark = pytest.mark.django_db
WITNESSES = [snapshot, watch]
Witness = Callable[[], Snapshot | Watch]


def of_clients(found: set[tuple[str, object]], cast: Cast) -> set[str]:
    names = {cast.ours.organization.pk: "ours", cast.theirs.organization.pk: "theirs"}
    return {names[firm] for table, firm in found if table == "clients"}


@pytest.mark.parametrize("earlier", [False, True], ids=["first", "after_other_writes"])
@pytest.mark.parametrize("verb", ["insert", "update", "delete"])
@pytest.mark.parametrize("witness", WITNESSES)
def test_every_write_is_noticed(cast: Cast, witness: Witness, verb: str, earlier: bool) -> None:
    with cast.theirs.inside():
        if earlier:
            Client.objects.create(name="Earlier")
    before = witness()
    with cast.theirs.inside():
        if verb == "insert":
            Client.objects.create(name="New")
        else:
            run({"update": "UPDATE threads SET updated_at = updated_at", "delete": "DELETE FROM client_walls"}[verb])
    table = {"insert": "clients", "update": "threads", "delete": "client_walls"}[verb]
    assert (table, cast.theirs.organization.pk) in changed(before)
    assert (table, cast.ours.organization.pk) not in changed(before)


@pytest.mark.parametrize("witness", WITNESSES)
def test_what_was_undone_is_no_change(cast: Cast, witness: Witness) -> None:
    before = witness()
    with cast.ours.inside(), transaction.atomic():
        Client.objects.create(name="Undone")
        transaction.set_rollback(True)
    assert changed(before) == set()


@pytest.mark.parametrize("witness", WITNESSES)
def test_what_came_before_the_witness_is_no_change(cast: Cast, witness: Witness) -> None:
    with cast.ours.inside():
        Client.objects.create(name="Before")
    before = witness()
    assert changed(before) == set()
    with cast.theirs.inside():
        Client.objects.create(name="After")
    assert of_clients(changed(before), cast) == {"theirs"}


def test_what_another_transaction_commits_is_noticed_by_a_snapshot(cast: Cast) -> None:
    """Which `watch()` is not made for."""

    def elsewhere(name: str, to: str) -> None:
        with cast.ours.inside():
            assert Client.objects.filter(name=name).update(name=to)

    before, name = snapshot(), cast.ours.bakery.name
    in_a_thread(lambda: elsewhere(name, "Renamed"))
    try:
        assert of_clients(changed(before), cast) == {"ours"}
    finally:
        in_a_thread(lambda: elsewhere("Renamed", name))
