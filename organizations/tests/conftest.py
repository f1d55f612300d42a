from collections.abc import Iterator
from typing import Any

import pytest

from accounts.tests.at_provider import NEWCOMER, configure
from tests.oidc_provider import OidcProvider


@pytest.fixture
def okta(settings: Any) -> Iterator[OidcProvider]:
    """A provider of sign-in that nobody trusts with any domain yet."""
    with OidcProvider().running() as provider:
        provider.claims = dict(NEWCOMER)
        configure(settings, provider)
        yield provider
