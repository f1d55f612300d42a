"""Payment by card through Stripe, and invoices of our own."""

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def stripe(env: Any) -> dict[str, Any]:
    found = {
        "key": env.str("STRIPE_SECRET_KEY", default=""),
        #: Several while they are changed: any of them will do.
        "webhook_secrets": env.list("STRIPE_WEBHOOK_SECRET", default=[]),
        "api_base": env.str("STRIPE_API_BASE", default="https://api.stripe.com").rstrip("/"),
        #: The dialect we have read the answers of; a newer library asks in it still.
        "version": "2026-10-28.endive",
        "tax_rates": env.list("STRIPE_TAX_RATES", default=[]),
        "webhook_limit": env.str("STRIPE_WEBHOOK_LIMIT", default="600/m"),
    }
    if found["key"] and not re.match(r"https://|http://(localhost|127\.0\.0\.1)(:|$)", found["api_base"]):
        raise ImproperlyConfigured("STRIPE_API_BASE starts with https://, or is on this machine: the key goes there.")
    return found


def invoicing(env: Any) -> dict[str, Any]:
    return {
        "prefix": env.str("INVOICE_PREFIX", default="TM"),
        "tax_percent": Decimal(env.str("INVOICE_TAX_PERCENT", default="20")),
        "due_days": env.int("INVOICE_DUE_DAYS", default=14),
        #: Name and address on the invoice, then how to pay; lines apart by `|`.
        "issuer": (env.str("INVOICE_ISSUER", default="") or "Tickmark").split("|"),
        "pay_to": env.str("INVOICE_PAY_TO", default="").split("|"),
    }
