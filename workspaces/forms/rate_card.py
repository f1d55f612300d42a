"""A rate card as it is typed: a day, and a line for each role."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import QueryDict

from clients.forms.row_form import RowForm
from look.forms import DateInput
from organizations.models import Membership
from workspaces.amounts import NotAnAmount, read, typed
from workspaces.models import RateCard, RateCardLine

ROWS, MOST = 6, 40
NAMES = ("role", "cost", "price")
LARGEST = 10**9


@dataclass
class TypedRate:
    """One row of the form, with what is wrong with it."""

    role: str = ""
    cost: str = ""
    price: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.role or self.cost or self.price)

    def check(self, taken: set[str]) -> None:
        if not self.role:
            self.errors["role"] = "Name the role."
        elif self.role.lower() in taken:
            self.errors["role"] = f"{self.role} stands here twice."
        for name in ("cost", "price"):
            try:
                self.amounts[name] = read(getattr(self, name)) or 0
                if not 0 <= self.amounts[name] <= LARGEST:
                    self.errors[name] = "Write what an hour costs."
            except NotAnAmount as error:
                self.errors[name] = str(error)


class RateCardForm(RowForm):
    noun = "rate card"

    class Meta:
        model = RateCard
        fields = ["valid_from"]
        widgets = {"valid_from": DateInput}
        help_texts = {"valid_from": "These rates count from this day until the next card begins."}

    constrained = ("organization", "deleted_at", "currency")

    def __init__(self, *args: Any, member: Membership, like: RateCard | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        if self.instance._state.adding:
            self.instance.currency = member.organization.currency
        source = like if self.instance._state.adding else self.instance
        self.rates = sent(self.data) if isinstance(self.data, QueryDict) and self.is_bound else stored(source)

    def stored(self) -> dict[str, Any]:
        return {**super().stored(), "rates": [(rate.role, rate.cost, rate.price) for rate in stored(self.instance)]}

    def clean(self) -> dict[str, Any]:
        data, taken = super().clean(), set[str]()
        for rate in self.filled:
            rate.check(taken)
            taken.add(rate.role.lower())
        if not self.filled:
            self.add_error(None, "Write what an hour of at least one role costs and is sold for.")
        if any(rate.errors for rate in self.rates):
            self.add_error(None, "Some rates cannot be read: see the fields in red.")
        return data

    @property
    def filled(self) -> list[TypedRate]:
        return [rate for rate in self.rates if not rate.is_blank]

    @transaction.atomic
    def save(self, commit: bool = True) -> RateCard:
        card: RateCard = super().save(commit)
        RateCardLine.objects.filter(card=card).delete()
        RateCardLine.objects.bulk_create(
            RateCardLine(
                card=card, position=place, role=rate.role, cost=rate.amounts["cost"], price=rate.amounts["price"]
            )
            for place, rate in enumerate(self.filled, start=1)
        )
        return card


def stored(card: RateCard | None) -> list[TypedRate]:
    lines = RateCardLine.objects.filter(card=card).order_by("position", "id") if card and not card._state.adding else []
    return padded([TypedRate(line.role, typed(line.cost), typed(line.price)) for line in lines])


def sent(data: QueryDict) -> list[TypedRate]:
    columns = [[text.replace("\0", "").strip()[:60] for text in data.getlist(name)] for name in NAMES]
    return padded([TypedRate(*cells) for cells in zip(*columns, strict=False)][:MOST])


def padded(rates: list[TypedRate]) -> list[TypedRate]:
    return rates + [TypedRate() for _ in range(max(2, ROWS - len(rates)))]
