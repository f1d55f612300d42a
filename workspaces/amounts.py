"""Money as people write it, and as it is kept: whole numbers of the currency's smallest unit.

`read`, `typed` and `written` speak the reader's locale; `parsed` is for files and formulas, which are the same for all.
"""

import re
from decimal import Decimal

from look import numbers

#: Digits after the point where they are not two (ISO 4217).
DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "JOD": 3, "TND": 3}
WRITTEN = re.compile(r"^\(?[-+−]?[0-9]{1,15}(?:\.[0-9]{1,4})?\)?$")
AROUND = re.compile(r"(\(?[-+−]?)(.*?)(\)?)", re.DOTALL)
LARGEST = 10**17


class NotAnAmount(ValueError):
    """The message is a sentence for the person."""


def digits_of(currency: str) -> int:
    return DIGITS.get(currency, 2)


def parsed(text: str, digits: int = 2) -> int | None:
    """“1,284.50”, “(36,215)” or “-12” in minor units; None where nothing, or a dash, is written."""
    compact = re.sub(r"[\s,£$€  ]", "", text)
    if compact in ("", "-", "–", "—"):
        return None
    if not WRITTEN.match(compact) or (compact[0] == "(") != (compact[-1] == ")"):
        raise NotAnAmount(f"“{text[:40]}” is no figure. Write it like 1,284.50 or (36,215).")
    bare = Decimal(compact.strip("()").replace("−", "-"))
    minor = (-bare if compact[0] == "(" else bare).scaleb(digits)
    if minor != minor.to_integral_value():
        raise NotAnAmount(f"“{text[:40]}” has more than {digits} digits after the point.")
    if abs(minor) > LARGEST:
        raise NotAnAmount(f"“{text[:40]}” is too large.")
    return int(minor)


def read(text: str, digits: int = 2) -> int | None:
    """What a person typed, as their locale writes figures. Groups that do not fit are refused, not guessed at."""
    opening, figure, closing = AROUND.fullmatch(re.sub(r"[\s£$€]", "", text)).groups()  # type: ignore[union-attr]
    if figure in ("", "–", "—"):
        return parsed(text, digits)
    plain = numbers.plain(figure)
    if plain is None:
        raise NotAnAmount(f"“{text[:40]}” is no figure. Write it like {written(128450)} or {written(-3621500)}.")
    return parsed(f"{opening}{plain}{closing}", digits)


def written(minor: int | None, digits: int = 2, *, whole: bool = False) -> str:
    """For reading: (36,215), a dash for nothing. `whole` where no figure of the table has a fraction."""
    if minor is None:
        return ""
    if minor == 0:
        return "–"
    number = abs(Decimal(minor).scaleb(-digits))
    words = numbers.written(number, 0 if whole else digits)
    return f"({words})" if minor < 0 else words


def typed(minor: int | None, digits: int = 2) -> str:
    """For an input: what `read` reads back as the same."""
    if minor is None:
        return ""
    number = Decimal(minor).scaleb(-digits)
    return numbers.written(number, 0 if number == number.to_integral_value() else digits)


def typed_plain(minor: int, digits: int) -> str:
    """For programs: -1284.50, whoever reads it."""
    return f"{Decimal(minor).scaleb(-digits):f}"
