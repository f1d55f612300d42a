from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from accounts.plain_text import validate_plain_text
from clients.request_order import Section

#: More fields than this are more than one form may send.
MOST = 800


class RequestOrderForm(forms.Form):
    """Names and numbers of the sections, and for each request its place: “2.5” is the fifth of section 2.

    Whoever drags rows has the places written by the page's script; whoever cannot, types them.
    """

    new_section = forms.CharField(
        label="Another section", max_length=200, required=False, validators=[validate_plain_text],
        help_text="It gets the next number; requests are moved there by their place.",
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, *, sections: Sequence[Section]) -> None:
        super().__init__(data)
        self.sections = sections
        for number, section in enumerate(sections, start=1):
            self.fields[f"name-{number}"] = forms.CharField(
                label=f"Name of section {number}", max_length=200, required=False, initial=section.name,
                validators=[validate_plain_text], widget=forms.TextInput({"placeholder": "No section", "class": "fw-bold"}),
            )  # fmt: skip
            self.fields[f"at-{number}"] = forms.DecimalField(
                label=f"Place of section {section.name or number}", initial=number, widget=_narrow()
            )
            for place, item in enumerate(section.items, start=1):
                self.fields[f"place-{item.pk}"] = forms.CharField(
                    label=f"Place of {item.title}", initial=f"{number}.{place}", max_length=20, widget=_narrow(),
                )  # fmt: skip

    def groups(self) -> list[dict[str, Any]]:
        return [
            {
                "number": number, "section": section, "name": self[f"name-{number}"], "at": self[f"at-{number}"],
                "rows": [{"item": item, "place": self[f"place-{item.pk}"]} for item in section.items],
            }
            for number, section in enumerate(self.sections, start=1)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.last = len(self.sections) + bool(data.get("new_section"))
        self.places: dict[UUID, tuple[int, Decimal]] = {}
        for section in self.sections:
            for item in section.items:
                name = f"place-{item.pk}"
                if name in data:
                    self._read(name, item.pk, data[name])
        return data

    def _read(self, name: str, pk: UUID, text: str) -> None:
        section, _, place = text.strip().partition(".")
        try:
            number, at = int(section), Decimal(place or 0)
        except (ValueError, InvalidOperation):
            number, at = 0, Decimal(0)
        if not 1 <= number <= self.last or not at.is_finite():
            self.add_error(
                name, ValidationError(f"Write section and place, such as 1.2. There are {self.last} sections.")
            )
        self.places[pk] = number, at

    def wanted(self) -> list[tuple[str, list[UUID]]]:
        """The order that was asked for. Of two that want one place, the one that was moved there stands first."""
        data = self.cleaned_data
        names = {n: data[f"name-{n}"].strip() for n in range(1, len(self.sections) + 1)}
        names |= {self.last: data["new_section"].strip()} if data["new_section"] else {}
        order = sorted(names, key=lambda n: (data.get(f"at-{n}", Decimal(10**6)), n))
        pks = sorted(self.places, key=lambda pk: (self.places[pk][1], f"place-{pk}" not in self.changed_data))
        merged: dict[str, list[UUID]] = {}
        for number in order:  # two sections of one name become one
            merged.setdefault(names[number], []).extend(pk for pk in pks if self.places[pk][0] == number)
        return list(merged.items())


def _narrow() -> forms.TextInput:
    return forms.TextInput(
        {"class": "form-control-sm w-auto text-end", "size": "5", "inputmode": "decimal", "data-place": ""}
    )
