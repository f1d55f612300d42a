"""Amounts as people read them. Money is stored in the smallest unit and computed as Decimal."""

from decimal import ROUND_HALF_UP, Decimal

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
#: Currencies whose smallest unit is no hundredth of them: amounts here would be wrong in these.
WITHOUT_HUNDREDTHS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
        "BHD",
        "IQD",
        "JOD",
        "KWD",
        "LYD",
        "OMR",
        "TND",
    ]
)
CENT = Decimal("0.01")
STEP = 1024


def money(minor: int, currency: str) -> str:
    """392.00 pounds from 39200 pence; of a currency without a sign, its letters."""
    amount = f"{abs(Decimal(minor) / 100):,.2f}"
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'−' if minor < 0 else ''}{sign}{amount}"


def price(minor: int, currency: str) -> str:
    """As on a price list: whole pounds without pence."""
    text = money(minor, currency)
    return text.removesuffix(".00")


def rounded(amount: Decimal) -> int:
    """To the smallest unit, half a penny up."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def number(value: Decimal | int) -> str:
    """3,870 and 3,870.50: hundredths only where there are some."""
    exact = Decimal(value).quantize(CENT)
    return f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,.2f}"


def size(value: int | Decimal) -> str:
    """38.2 GB."""
    amount, units = Decimal(value), ["bytes", "KB", "MB", "GB", "TB"]
    while amount >= STEP and len(units) > 1:
        amount /= STEP
        units.pop(0)
    shown = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.1f}"
    return f"{shown} {units[0]}"
