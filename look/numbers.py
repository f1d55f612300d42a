"""Numbers as the reader's locale writes them: 1,284.50 or 1.284,50. Kept and calculated they are never text."""

import re
from decimal import Decimal
from functools import cache

from django.utils.formats import get_format

from look.reader import reader


def written(number: Decimal, places: int) -> str:
    group, point = separators()
    return f"{number:,.{places}f}".translate(str.maketrans(",.", group + point))


def plain(text: str) -> str | None:
    """“1.284,50” of a German reader as 1284.50. None where the groups do not fit: nobody guesses what “12,50” means
    to who writes a point before the cents."""
    group, point = separators()
    bare = re.sub(r"[\s'’]", "", text)
    groups = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{2,3}})*{re.escape(group)}[0-9]{{3}}"
    if not re.fullmatch(rf"(?:[0-9]+|{groups})(?:{re.escape(point)}[0-9]*)?", bare):
        return None
    return bare.replace(group, "").replace(point, ".")


def separators() -> tuple[str, str]:
    """Between groups of digits, and before the fraction."""
    return _separators(reader().locale)


@cache
def _separators(locale: str) -> tuple[str, str]:
    return get_format("THOUSAND_SEPARATOR", lang=locale), get_format("DECIMAL_SEPARATOR", lang=locale)
