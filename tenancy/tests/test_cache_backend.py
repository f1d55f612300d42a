"""The shared cache keeps what has not expired, however much is put into it."""

import pytest
from django.db import connection

from config import settings
from tenancy.cache_backend import ExpiringCache

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared() -> ExpiringCache:
    return ExpiringCache("cache_entries", {"OPTIONS": {"MAX_ENTRIES": 3}})


def test_a_flood_of_entries_does_not_empty_a_counter(shared: ExpiringCache) -> None:
    shared.set("a-counter", 5, 3600)
    for number in range(30):
        shared.set(f"flood-{number}", number, 3600)
    assert shared.get("a-counter") == 5
    assert shared.get("flood-0") == 0


def test_what_has_expired_goes_when_there_are_many(shared: ExpiringCache) -> None:
    for number in range(5):
        shared.set(f"old-{number}", number, -10)
    shared.set("new", 1, 3600)
    assert shared.has_key("new")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entries")
        assert cursor.fetchone()[0] <= 3


def test_the_servers_use_it() -> None:
    chosen = settings.CACHES["default"]
    assert chosen["BACKEND"] == f"{ExpiringCache.__module__}.{ExpiringCache.__name__}"
    assert chosen["OPTIONS"]["MAX_ENTRIES"] >= 10_000
