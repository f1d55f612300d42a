"""What may stand at a place of the document: how it is typed, how it is kept as JSON, how a person reads it.

Nothing is a float: hours and per cents are kept as written decimals, money in the currency's smallest unit.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from look import numbers
from workspaces import amounts

HUNDREDTH = Decimal("0.01")
#: What comes along from a PDF or a slide, and no paper takes: ends of lines of other kinds, and signs nobody sees.
OTHER_ENDS, UNSEEN = re.compile("\r\n|[\x0b\x0c]"), re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    return UNSEEN.sub("", OTHER_ENDS.sub("\n", text))


class BadValue(ValueError):
    """The message is a sentence for the person."""


@dataclass(frozen=True)
class Text:
    most: int = 10_000
    blank: Any = ""
    input: str = ""
    #: Whether it can be read with somebody else's words below it. Of two figures that would make a third.
    takes_both: bool = True

    def parse(self, text: str) -> Any:
        kept = storable(text)
        if len(kept) > self.most:
            raise BadValue(f"Use at most {numbers.written(Decimal(self.most), 0)} characters.")
        return kept

    def typed(self, value: Any) -> str:
        return value if isinstance(value, str) else ""

    def read(self, value: Any) -> str:
        return self.typed(value)


@dataclass(frozen=True)
class Line(Text):
    most: int = 300

    def parse(self, text: str) -> str:
        kept: str = re.sub(r"\s+", " ", super().parse(text)).strip()
        return kept


@dataclass(frozen=True)
class Choice(Text):
    takes_both: bool = False
    options: tuple[tuple[str, str], ...] = ()

    def parse(self, text: str) -> str:
        if text not in dict(self.options):
            raise BadValue("Choose one of the list.")
        return text

    def read(self, value: Any) -> str:
        return dict(self.options).get(value, "")


@dataclass(frozen=True)
class Number(Text):
    """Hours, or per cent: at most two digits after the point, never below zero."""

    input: str = "decimal"
    takes_both: bool = False
    largest: int = 100_000
    noun: str = "a number"

    def parse(self, text: str) -> str:
        if not text.strip():
            return ""
        plain = numbers.plain(text.strip().removesuffix("%").strip())
        if plain is None or not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", plain):
            raise BadValue(f"“{text[:40]}” is not {self.noun}. Write it like {numbers.written(Decimal('12.5'), 1)}.")
        if Decimal(plain) > self.largest:
            raise BadValue(f"Use at most {numbers.written(Decimal(self.largest), 0)}.")
        return plain

    def typed(self, value: Any) -> str:
        if not value:
            return ""
        number = Decimal(value)
        return numbers.written(number, 0 if number == number.to_integral_value() else 2)


@dataclass(frozen=True)
class Money(Text):
    """Whole numbers of the smallest unit; None where nothing is written."""

    blank: Any = None
    input: str = "decimal"
    takes_both: bool = False

    def parse(self, text: str) -> int | None:
        try:
            found = amounts.read(text)
        except amounts.NotAnAmount as error:
            raise BadValue(str(error)) from error
        if found is not None and not 0 <= found <= 10**12:
            raise BadValue("Write an amount between nothing and ten thousand million.")
        return found

    def typed(self, value: Any) -> str:
        return amounts.typed(value)


@dataclass(frozen=True)
class Day(Text):
    input: str = "date"
    takes_both: bool = False

    def parse(self, text: str) -> str:
        try:
            return date.fromisoformat(text.strip()).isoformat() if text.strip() else ""
        except ValueError as error:
            raise BadValue("Choose a day.") from error


@dataclass(frozen=True)
class Depth(Text):
    """How far a line stands in."""

    blank: Any = 0
    takes_both: bool = False
    deepest: int = 3

    def parse(self, text: str) -> int:
        return min(int(text), self.deepest) if re.fullmatch("[0-9]", text) else 0

    def typed(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class PictureId(Text):
    """Names a picture that is kept (`pictures`). Nobody types it; a program may choose one that was there before."""

    most: int = 36
    takes_both: bool = False

    def parse(self, text: str) -> str:
        try:
            return str(UUID(text.strip())) if text.strip() else ""
        except ValueError as error:
            raise BadValue("There is no such picture.") from error

    def read(self, value: Any) -> str:
        return "A picture" if value else ""
