from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.at_provider import NEWCOMER, configure
from tests.cast import Cast, make_user
from tests.oidc_provider import OidcProvider


@pytest.fixture
def okta(settings: Any) -> Iterator[OidcProvider]:
    """A provider of sign-in that nobody trusts with any domain yet."""
    with OidcProvider().running() as provider:
        provider.claims = dict(NEWCOMER)
        configure(settings, provider)
        yield provider


@pytest.fixture
def newcomer(cast: Cast) -> User:
    return make_user("newcomer@harcourt.example", "Nina Newcomer")
