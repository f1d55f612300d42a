"""Which rate card is in force on a day."""

from datetime import date
from typing import Any

from django.utils import timezone

from workspaces.models import RateCard, RateCardLine
from workspaces.scoping.pricing import Priced, Rate, priced
from workspaces.scoping.shape import Document


def card_on(day: date, currency: str) -> RateCard | None:
    """The newest that has begun by then."""
    cards = RateCard.objects.filter(currency=currency, valid_from__lte=day)
    return cards.order_by("-valid_from").first()


def rate_day(loe: dict[str, Any]) -> date:
    """The day whose rates count: the one written, or today."""
    return date.fromisoformat(loe["rate_day"]) if loe["rate_day"] else timezone.localdate()


def lines_of(card: RateCard | None) -> list[RateCardLine]:
    return list(RateCardLine.objects.filter(card=card).order_by("position", "id")) if card else []


def rates_of(lines: list[RateCardLine]) -> dict[str, Rate]:
    return {line.role.lower(): Rate(line.cost, line.price) for line in lines}


def price(document: Document, currency: str) -> Priced:
    loe = document["loe"]
    return priced(loe, rates_of(lines_of(card_on(rate_day(loe), currency))))
