"""As much of Stripe as billing speaks with, on loopback: objects, money, signed events, and a page to pay on."""

from tests.stripe_double.server import KEY, SECRET, StripeDouble

__all__ = ["KEY", "SECRET", "StripeDouble"]
