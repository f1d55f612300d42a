"""Which settings reach which process."""

from urllib.parse import urlsplit

import pytest

from config.environment import for_servers, has_own_server, local_urls
from tenancy.addresses import MARKETING_URLS, URL_ROLES, MissingSetting, derived_password, installation, with_marketing

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


def test_without_addresses_of_its_own_the_site_is_in_the_applications_database() -> None:
    urls = local_urls(ADMIN_URL, one_database=True)
    assert not urls.keys() & MARKETING_URLS.keys()
    assert has_own_server(urls)
    assert installation(urls).is_shared
    assert not installation(local_urls(ADMIN_URL)).is_shared


def test_the_sites_password_is_its_own_and_leads_back_to_none() -> None:
    site = with_marketing(
        {"DATABASE_URL": "postgresql://tickmark_app:app%2Fword@db.example:6432/tickmark?sslmode=require"}
    )
    url = urlsplit(site["MARKETING_DATABASE_URL"])
    assert (url.username, url.hostname, url.port, url.path) == ("tickmark_marketing", "db.example", 6432, "/tickmark")
    assert url.query == "sslmode=require"
    assert url.password == derived_password("app/word", "tickmark_marketing")
    assert "MARKETING_OWNER_DATABASE_URL" not in site


def test_no_password_is_invented_where_there_is_none() -> None:
    site = with_marketing({"DATABASE_URL": "postgresql://tickmark_app@localhost/tickmark"})
    assert site["MARKETING_DATABASE_URL"] == "postgresql://tickmark_marketing@localhost/tickmark"


def test_the_sites_addresses_come_both_or_not_at_all() -> None:
    urls = local_urls(ADMIN_URL)
    del urls["MARKETING_OWNER_DATABASE_URL"]
    with pytest.raises(MissingSetting, match="needed too: MARKETING_OWNER_DATABASE_URL"):
        has_own_server(urls)
    with pytest.raises(MissingSetting, match="MARKETING_OWNER_DATABASE_URL is not set"):
        installation(urls)


def test_one_name_on_two_servers_is_refused() -> None:
    urls = local_urls(ADMIN_URL, one_database=True)
    site = {
        name: f"postgresql://{URL_ROLES[name]}@elsewhere.example/tickmark"
        for name in ("MARKETING_DATABASE_URL", "MARKETING_OWNER_DATABASE_URL")
    }
    with pytest.raises(MissingSetting, match="alike on two servers"):
        installation(urls | site)


def test_every_role_has_a_password_of_its_own() -> None:
    wanted = installation(local_urls(ADMIN_URL))
    assert set(wanted.passwords) == set(URL_ROLES.values())
    assert len(set(wanted.passwords.values())) == len(URL_ROLES)
    assert (wanted.database, wanted.marketing_database) == ("tickmark", "tickmark_marketing")
