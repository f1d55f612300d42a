"""What kind of answer a request wants, and the sentence for an answer that is not of that kind.

`answer_options` of a request (and of an item of a template) holds what the kind needs: the choices, the currency, or the
columns of a table of samples. `answer_value` holds the answer: a text, or for an amount its minor units and currency.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from look import dates, numbers


class AnswerType(models.TextChoices):
    FILES = "files", "Files"
    TEXT = "text", "A text"
    CHOICE = "choice", "One of several choices"
    YES_NO = "yes_no", "Yes or no"
    DATE = "date", "A date"
    NUMBER = "number", "A number"
    AMOUNT = "amount", "An amount of money"
    TABLE = "table", "A table of samples"


#: What a cell of a table may want.
KINDS = {"text": "text", "date": "date", "number": "number", "yes_no": "yes or no"}
YES_NO = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}


@dataclass(frozen=True)
class Column:
    """One column of a table of samples that the client fills in."""

    label: str
    kind: str = "text"

    def __str__(self) -> str:
        return self.label if self.kind == "text" else f"{self.label} ({KINDS[self.kind]})"


@dataclass(frozen=True)
class AnswerOptions:
    choices: list[str] = field(default_factory=list)
    currency: str = ""
    given: list[str] = field(default_factory=list)
    asked: list[Column] = field(default_factory=list)
    row_files: bool = False

    @classmethod
    def read(cls, stored: Any) -> "AnswerOptions":
        """What is stored, whatever a table that was brought along may hold."""
        found = stored if isinstance(stored, dict) else {}
        asked = [Column(str(c.get("label", "")), c.get("kind", "text")) for c in found.get("asked", [])]
        return cls(
            choices=[str(choice) for choice in found.get("choices", [])], currency=str(found.get("currency", "")),
            given=[str(label) for label in found.get("given", [])],
            asked=[column for column in asked if column.label and column.kind in KINDS],
            row_files=bool(found.get("row_files")),
        )  # fmt: skip

    def as_stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "choices": self.choices, "currency": self.currency, "given": self.given,
            "asked": [{"label": column.label, "kind": column.kind} for column in self.asked], "row_files": self.row_files,
        }  # fmt: skip
        return {name: value for name, value in stored.items() if value}


def parse_value(kind: str, text: str, options: AnswerOptions) -> Any:
    """What is stored for what was typed. Raises ValidationError with a sentence for the person."""
    text = text.strip()
    if kind == AnswerType.CHOICE and text not in options.choices:
        raise ValidationError(_("Choose one of the answers."))
    if kind == AnswerType.YES_NO and text not in YES_NO:
        raise ValidationError(_("Choose yes or no."))
    if kind == AnswerType.DATE:
        return _date(text).isoformat()
    if kind == AnswerType.NUMBER:
        return str(_number(text))
    if kind == AnswerType.AMOUNT:
        return {"minor": _minor(text), "currency": options.currency}
    if not text:
        raise ValidationError(_("Write your answer."))
    return text


def value_words(kind: str, value: Any) -> str:
    """The stored answer as people read it."""
    if value in (None, ""):
        return ""
    if kind == AnswerType.AMOUNT and isinstance(value, dict):
        amount = numbers.written(Decimal(int(value.get("minor", 0))) / 100, 2)
        return f"{amount} {value.get('currency', '')}".strip()
    if kind == AnswerType.DATE:
        try:
            return dates.written(date.fromisoformat(str(value)), "full")
        except ValueError:
            return str(value)
    return str(YES_NO.get(str(value), value)) if kind == AnswerType.YES_NO else str(value)


def typed(kind: str, value: Any) -> str:
    """The stored answer as it stands in its field, to be changed there."""
    if kind == AnswerType.AMOUNT and isinstance(value, dict):
        value = f"{Decimal(int(value.get('minor', 0))) / 100:.2f}"
    if kind in (AnswerType.AMOUNT, AnswerType.NUMBER):
        return str(value or "").replace(".", numbers.separators()[1])
    return "" if value is None else str(value)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Write the date as year-month-day, such as 2026-03-31.")) from None


def _number(text: str) -> Decimal:
    """“1,234.50” and “1 234.50” are one number, and so is “1.234,50” where a comma stands before the cents.

    Points and commas that fit neither way of writing are refused, not guessed at: “12.5” is no German number.
    """
    point, group = ",." if numbers.separators()[1] == "," else ".,"
    shape = rf"[+-]?(\d+|\d{{1,3}}({re.escape(group)}\d{{3}})+)({re.escape(point)}\d+)?"
    bare = re.sub(r"[\s\u00a0\u202f’']", "", text)
    if not re.fullmatch(shape, bare, re.ASCII) or len(bare) > 24:
        raise ValidationError(_("Write a number in digits, such as 1250 or 12.5."))
    number = Decimal(bare.replace(group, "").replace(point, "."))
    if abs(number) >= 10**15:
        raise ValidationError(_("Write a number in digits, such as 1250 or 12.5."))
    return number


def _minor(text: str) -> int:
    minor = _number(text) * 100
    if minor != minor.to_integral_value():
        raise ValidationError(_("Write the amount with two digits after the point, such as 1250.00."))
    return int(minor)
