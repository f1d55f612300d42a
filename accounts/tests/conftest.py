from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import UserSession
from accounts.tests.at_provider import NEWCOMER, configure
from tenancy.context import IDENTITY, surface
from tests.oidc_provider import OidcProvider, signed


@pytest.fixture(autouse=True)
def nobody_is_signed_in(request: pytest.FixtureRequest) -> None:
    """The cast keeps a browser of everybody's signed in; here each test counts the sessions it starts itself."""
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        with surface(IDENTITY):
            UserSession.objects.all().delete()


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider().running() as running:
        yield running


@pytest.fixture
def okta(provider: OidcProvider, settings: Any) -> OidcProvider:
    """A provider of sign-in that tells of a newcomer on a domain it is trusted with, and lies about nothing."""
    provider.claims, provider.token_claims, provider.forge = dict(NEWCOMER), {}, signed
    provider.announced, provider.broken = {}, set()
    configure(settings, provider, TRUSTED_DOMAINS="harcourt.example")
    return provider
