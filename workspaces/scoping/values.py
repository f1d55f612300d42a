"""What may stand at a place of the document: how it is typed, how it is kept as JSON, how a person reads it.

Nothing is a float: hours and per cents are kept as written decimals, money in the currency's smallest unit.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from look import numbers
from workspaces import amounts

HUNDREDTH = Decimal("0.01")


class BadValue(ValueError):
    """The message is a sentence for the person."""


@dataclass(frozen=True)
class Text:
    most: int = 10_000
    blank: Any = ""
    input: str = ""

    def parse(self, text: str) -> Any:
        kept = text.replace("\0", "").replace("\r\n", "\n")
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

    def parse(self, text: str) -> str:
        try:
            return date.fromisoformat(text.strip()).isoformat() if text.strip() else ""
        except ValueError as error:
            raise BadValue("Choose a day.") from error


@dataclass(frozen=True)
class Depth(Text):
    """How far a line stands in."""

    blank: Any = 0
    deepest: int = 3

    def parse(self, text: str) -> int:
        return min(int(text), self.deepest) if re.fullmatch("[0-9]", text) else 0

    def typed(self, value: Any) -> str:
        return str(value)
