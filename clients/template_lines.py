"""What a list can be made from, whether it comes with the product or is the firm's own: lines, and words to fill in.

The templates that come with the product are the files of `shipped_templates/`. A firm copies one to change it.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from clients.models import InformationRequest, RequestTemplate, RequestTemplateItem
from clients.models.answer_type import KINDS, AnswerOptions, AnswerType, Column

FOLDER = Path(__file__).parent / "shipped_templates"
ORDER = ("audit", "review", "corporate-tax", "payroll", "due-diligence", "onboarding")
YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Line:
    """One request to be. `key` names it within its template, `after` is the key of the one it waits for."""

    key: str
    title: str
    category: str = ""
    description: str = ""
    expected_format: str = ""
    due_days: int | None = None
    answer_type: str = AnswerType.FILES
    answer_options: dict[str, Any] = field(default_factory=dict)
    after: str = ""

    @property
    def kind(self) -> str:
        return AnswerType(self.answer_type).label if self.answer_type != AnswerType.FILES else self.expected_format

    def said(self, words: dict[str, str]) -> dict[str, str]:
        return {name: filled(getattr(self, name), words) for name in ("category", "title", "description")}


@dataclass(frozen=True)
class Shipped:
    """A template that comes with the product."""

    key: str
    name: str
    description: str
    prefix: str
    lines: tuple[Line, ...]

    @property
    def sections(self) -> list[str]:
        return list(dict.fromkeys(line.category for line in self.lines))


def shipped_templates() -> list[Shipped]:
    return [_read(key) for key in ORDER]


def shipped_template(key: str) -> Shipped | None:
    return _read(key) if key in ORDER else None


def lines_of(template: RequestTemplate) -> list[Line]:
    return [_line_of(item) for item in template.items.order_by("position", "id")]


def line_of_request(item: InformationRequest, *, due_days: int | None) -> Line:
    return Line(
        key=str(item.pk), after=str(item.depends_on_id or ""), due_days=due_days,
        **{name: getattr(item, name) for name in COPIED},
    )  # fmt: skip


#: What a request and an item of a template have in common.
COPIED = ("title", "category", "description", "expected_format", "answer_type", "answer_options")


def words_for(*, client: str, period: str) -> dict[str, str]:
    """What stands for {client}, {period} and {last_period} in the texts of a template."""
    return {"client": client, "period": period or "this year", "last_period": years_moved(period, -1) or "last year"}


def filled(text: str, words: dict[str, str]) -> str:
    """Other braces stay as they are: somebody may have meant them."""
    return re.sub(r"\{(client|period|last_period)\}", lambda found: words[found[1]], text)


def years_moved(text: str, years: int) -> str:
    """“FY2025” a year on is “FY2026”, “Year ended 31 March 2025” is “… 2026”. A text without a year stays."""
    return YEAR.sub(lambda found: str(int(found[0]) + years), text)


def parse_column(text: str) -> Column:
    """“Delivered on (date)” is a column of dates."""
    label, _, kind = text.strip().rpartition(" (")
    kinds = {words: key for key, words in KINDS.items()}
    known = kinds.get(kind.rstrip(")").strip().lower()) if label and kind.endswith(")") else None
    return Column(label.strip(), known) if known else Column(text.strip())


@cache
def _read(key: str) -> Shipped:
    found = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    return Shipped(key, found["name"], found["description"], found["prefix"], tuple(_lines(found["section"])))


def _lines(sections: list[dict[str, Any]]) -> Iterable[Line]:
    number = 0
    for section in sections:
        for item in section["items"]:
            number += 1
            options = AnswerOptions(
                choices=item.get("choices", []), given=item.get("given", []), row_files=item.get("row_files", False),
                asked=[parse_column(text) for text in item.get("asked", [])],
            )  # fmt: skip
            yield Line(
                key=item.get("key", str(number)), title=item["title"], category=section["name"], description=item["text"],
                expected_format=item.get("format", ""), due_days=item["days"], after=item.get("after", ""),
                answer_type=item.get("type", AnswerType.FILES), answer_options=options.as_stored(),
            )  # fmt: skip


def _line_of(item: RequestTemplateItem) -> Line:
    return Line(
        key=str(item.pk), after=str(item.depends_on_id or ""), due_days=item.due_days,
        **{name: getattr(item, name) for name in COPIED},
    )  # fmt: skip
