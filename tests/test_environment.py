"""Which settings reach which process."""

import pytest

from config.environment import for_servers, has_own_server, local_urls
from tenancy.addresses import URL_ROLES, MissingSetting, installation

ADMIN_URL = "postgresql://postgres:a-password@127.0.0.1:5432/postgres"


def test_serving_processes_hold_no_address_of_an_owner_or_administrator() -> None:
    kept = for_servers(local_urls(ADMIN_URL) | {"TEST_DATABASE_URL": "x", "TEST_ADMIN_DATABASE_URL": "x"})
    assert sorted(kept) == ["DATABASE_URL", "IDENTITY_DATABASE_URL", "MARKETING_DATABASE_URL", "OPERATOR_DATABASE_URL"]


def test_the_addresses_of_a_server_come_as_a_set() -> None:
    urls = local_urls(ADMIN_URL)
    assert has_own_server(urls)
    assert not has_own_server({})
    with pytest.raises(MissingSetting, match="needed too: DATABASE_URL, OWNER_DATABASE_URL"):
        has_own_server({"MARKETING_DATABASE_URL": urls["MARKETING_DATABASE_URL"]})


def test_every_role_has_a_password_of_its_own() -> None:
    wanted = installation(local_urls(ADMIN_URL))
    assert set(wanted.passwords) == set(URL_ROLES.values())
    assert len(set(wanted.passwords.values())) == len(URL_ROLES)
    assert (wanted.database, wanted.marketing_database) == ("tickmark", "tickmark_marketing")
