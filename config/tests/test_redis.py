"""The shared cache in Redis, where there is one: the same keys, each with its firm."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from config.localpg import HOST, free_port
from portal.mail_limits import MOST_AN_HOUR, may_mail
from tenancy import cache
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(tmp_path: Path) -> Iterator[redis.Redis]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("There is no redis-server on this machine (Debian: apt-get install redis-server).")
    port = free_port(0)
    started = subprocess.Popen(
        [program, "--port", str(port), "--bind", HOST, "--save", ""], cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    client = redis.Redis(host=HOST, port=port)
    try:
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield client
    finally:
        client.close()
        started.terminate()
        started.wait(10)


def test_keys_carry_the_firm_and_limits_are_kept_there(cast: Cast, server: redis.Redis, settings: Any) -> None:
    address = f"redis://{HOST}:{server.get_connection_kwargs()['port']}/0"
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": backend, "LOCATION": [address], "KEY_PREFIX": "tickmark"},
    }
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            assert cache.get("name") is None
            cache.put("name", firm.organization.name, seconds=60)
    with cast.ours.inside():
        assert cache.get("name") == cast.ours.organization.name
        assert [may_mail(cast.ours.ana, "code") for _ in range(MOST_AN_HOUR + 1)] == [True] * MOST_AN_HOUR + [False]
    keys = [key.decode() for key in server.scan_iter("*")]
    assert len(keys) >= 3 and all(key.startswith("tickmark:1:") for key in keys)
    for firm in (cast.ours, cast.theirs):
        assert f"tickmark:1:org:{firm.organization.pk}:name" in keys
