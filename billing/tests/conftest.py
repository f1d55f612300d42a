"""Payment by card in tests: a Stripe of our own on loopback, and the settings that lead there."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stripe_double import KEY, SECRET, StripeDouble


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeDouble]:
    with StripeDouble() as double:
        settings.STRIPE = {**settings.STRIPE, "key": KEY, "webhook_secrets": [SECRET], "api_base": double.url}
        yield double
