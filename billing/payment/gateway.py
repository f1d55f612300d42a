"""The one door to Stripe. Without a key there is none, and firms pay by invoice."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import stripe
from django.conf import settings

from billing.subscribing import NotPossible

#: Calls are made inside a firm's transaction, and an idle one is ended after 30 seconds.
SECONDS, RETRIES = 8, 1


class StripeRefused(NotPossible):
    """The message is a sentence for the person."""


class StripeSilent(StripeRefused):
    """Stripe could not be reached, or had an error: the same may work later."""


def is_configured() -> bool:
    return bool(settings.STRIPE["key"])


def client() -> stripe.StripeClient:
    if not is_configured():
        raise StripeRefused("Payment by card is not set up here. Choose to pay by invoice.")
    return _client(settings.STRIPE["key"], settings.STRIPE["api_base"])


@cache
def _client(key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key, base_addresses={"api": api_base}, max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=SECONDS), stripe_version=settings.STRIPE["version"],
    )  # fmt: skip


def asked(call: Any, *args: Any, key: str = "", **params: Any) -> Any:
    """What Stripe answers, as plain values. With a `key`, asking twice does it once."""
    options = {"idempotency_key": key} if key else {}
    try:
        return call(*args, params=params, options=options).to_dict()
    except stripe.APIConnectionError as error:
        raise StripeSilent("Stripe could not be reached. Nothing was changed; try again in a minute.") from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status >= 500 or error.http_status == 429:
            raise StripeSilent("Stripe had an error. Nothing was changed; try again in a minute.") from error
        raise StripeRefused(f"Stripe refused: {error.user_message or error}") from error


def every(call: Any, *args: Any, **params: Any) -> Iterator[dict[str, Any]]:
    """Of a list at Stripe all there is, page by page."""
    after: dict[str, Any] = {}
    while True:
        page = asked(call, *args, limit=100, **params, **after)
        yield from page["data"]
        if not page["has_more"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}
