"""Amounts of money somebody wrote by hand: found in texts and drawings, and left out of what a reader is not to see.

Where it is not plain how far an amount goes, more is left out rather than less.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from xml.etree import ElementTree

from organizations.forms.firm import CURRENCIES
from workspaces.scoping import svg

NOT_SHOWN = "(not shown)"
#: What a name in a drawing has instead: a name has no spaces.
UNNAMED = "x"

LETTER = r"[^\W\d_]"
#: “1,500”, “1.200,50”, “1 500 000” or “1'500”, however it is grouped. It begins where its digits begin: else a long list
#: of numbers would be read once from each of them on.
NUMBER = r"(?<!\d)(?<!\d[.,'’])(?!(?<=\d[^\S\r\n])\d{3}(?!\d))\d++(?:[.,'’]\d++|[^\S\r\n]\d{3}(?!\d))*+"
SIZES = r"thousand|hundred|million|billion|millionen|tausend|mio|mrd|tsd|mln|tys|mn|bn|k|m"
SYMBOLS = "[£€$¥￡￥＄]"
CODES = "|".join(CURRENCIES)
NAMES = rf"(?:{CODES}|pounds?|sterling|euros?|dollars?|francs?|franken|sfr|fr\.|zł(?:otych|oty|ote)?)"
#: “900k”, “1.5 million”, “1,500.–”
AMOUNT = rf"{NUMBER}(?:[.,][–—-]{{1,2}})?(?:\s*+(?:{SIZES})(?=[^a-zà-ÿ]|$|{CODES})\.?)?"
SIGN = rf"(?:{SYMBOLS}|(?<!{LETTER}){NAMES}(?!{LETTER}))"
#: The currency after its number may stand right at it: “900EUR”, “900kEUR”.
SIGN_AFTER = rf"(?:{SYMBOLS}|{NAMES}(?!{LETTER}))"
#: A sign and its number may stand in two cells of a table.
BEFORE = rf"{SIGN}\s*+[)\]:=~≈+−–|-]{{0,2}}+\s*+"
AFTER = rf"\s*+(?:\|\s*+)?+[(\[]?{SIGN_AFTER}"
#: “900–1,200”, “900 to 1,200”. After a word a second number is an amount from three digits on: “£900 and 3 talks”.
UNTIL = r"\s*+(?:[-–—/+]|(?:to|and|or|bis|und|oder)(?=\s+[^\d\n]{0,4}\d[\d.,'’]*\d[\d.,'’]*\d))\s*+"
MORE = rf"(?:{UNTIL}(?:{BEFORE})?{AMOUNT}(?:{AFTER})?){{0,3}}"
NUMBERS, CURRENCY = re.compile(NUMBER), re.compile(SIGN, re.IGNORECASE)
TABLE = re.compile(r"^[^\S\n]*\|.*(?:\n[^\S\n]*\|.*)*", re.MULTILINE)
WRITTEN_AMOUNT = re.compile(
    rf"{BEFORE}{AMOUNT}(?:{AFTER})?{MORE}"
    # In “12 £1,500” the sign belongs to what comes after it; in “900 EUR 12” nobody can tell.
    rf"|{AMOUNT}(?:{UNTIL}{AMOUNT}){{0,3}}(?!\s++(?:\|\s*+)?+{SYMBOLS}\d){AFTER}(?:[^\S\r\n]*+{AMOUNT})?{MORE}",
    re.IGNORECASE,
)


def without(text: str, prices: frozenset[str] = frozenset()) -> str:
    """Emphasis goes with what it stands around: in “£**900**” it would keep the sign from its number."""
    bare = text.replace("**", "")
    left = WRITTEN_AMOUNT.sub(NOT_SHOWN, TABLE.sub(_without_in_table, bare))
    left = NUMBERS.sub(lambda found: NOT_SHOWN if _digits(found[0]) in prices else found[0], left)
    return text if left == bare else left


def _without_in_table(table: re.Match[str]) -> str:
    """The currency may stand once, above its column: then a number of three digits is an amount."""
    if not CURRENCY.search(table[0]):
        return table[0]
    left = WRITTEN_AMOUNT.sub(NOT_SHOWN, table[0])
    return NUMBERS.sub(lambda found: NOT_SHOWN if len(_digits(found[0])) > 2 else found[0], left)


def known(amounts: Iterable[str]) -> frozenset[str]:
    """The digits of amounts as they are shown, so that one is found where nobody wrote a currency beside it.

    Two digits of each are cents. Below a hundred a number is more likely one of hours, weeks or people.
    """
    found = {digits for amount in amounts if len(digits := _digits(amount)) >= 5}
    short = {digits[:-2] if digits.endswith("00") else digits[:-1] for digits in found if digits.endswith("0")}
    return frozenset(found | {digits for digits in short if len(digits) >= 4})


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def without_in_drawing(drawing: str, prices: frozenset[str] = frozenset()) -> str:
    """Those who draw put each word of a label into a place of its own: a label is read as one, and goes as one."""
    return svg.rewritten(drawing, partial(_without, prices=prices))


def _without(root: ElementTree.Element, prices: frozenset[str]) -> None:
    for element in root.iter():
        for name, value in element.items():
            element.set(name, WRITTEN_AMOUNT.sub(UNNAMED, value))
        if element.tag == "text":
            _without_in_label(element, prices)
        elif element.tag not in ("tspan", "style"):
            element.text = without(element.text or "", prices)
        elif element.tag == "style":
            element.text = WRITTEN_AMOUNT.sub(UNNAMED, element.text or "")


def _without_in_label(label: ElementTree.Element, prices: frozenset[str]) -> None:
    pieces = list(_pieces(label))
    said = [getattr(element, kind) for element, kind in pieces]
    if len(pieces) == 1:
        setattr(*pieces[0], without(said[0], prices))
    elif any(without(whole, prices) != whole for whole in ("".join(said), " ".join(said))):
        for number, piece in enumerate(pieces):
            setattr(*piece, "" if number else NOT_SHOWN)


def _pieces(label: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, str]]:
    """Each piece of its words: where it is kept."""
    for element in label.iter():
        if (element.text or "").strip():
            yield element, "text"
        for child in element:
            if (child.tail or "").strip():
                yield child, "tail"
