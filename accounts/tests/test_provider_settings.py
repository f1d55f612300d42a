"""Providers of single sign-on as the environment names them."""

import pytest

from accounts.oidc_settings import ProviderMisconfigured, providers


def test_providers_come_as_variables_or_as_json() -> None:
    as_variables = {
        "OIDC_ENTRA_ISSUER": "https://login.microsoftonline.com/t/v2.0",
        "OIDC_ENTRA_CLIENT_ID": "a",
        "OIDC_ENTRA_CLIENT_SECRET": "b",
        "OIDC_ENTRA_TRUSTED_DOMAINS": "harcourt.example, Okafor.example",
    }
    as_json = (
        '[{"name": "entra", "issuer": "https://login.microsoftonline.com/t/v2.0", "client_id": "a",'
        ' "client_secret": "b", "trusted_domains": ["harcourt.example", "Okafor.example"]}]'
    )
    assert providers(as_variables) == providers({"OIDC_PROVIDERS": as_json})
    assert providers(as_variables)[0]["name"] == "Entra"
    assert providers({}) == []


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"OIDC_X_ISSUER": "https://x.example"}, "lacks: client_id, client_secret"),
        ({"OIDC_X_ISSUER": "http://x.example", "OIDC_X_CLIENT_ID": "a", "OIDC_X_CLIENT_SECRET": "b"}, "https://"),
    ],
    ids=["incomplete", "without_tls"],
)
def test_a_provider_that_is_not_configured_wholly_stops_the_start(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(ProviderMisconfigured, match=sentence):
        providers(environ)
