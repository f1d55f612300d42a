"""What a firm may buy beside its plan, as this installation sells it."""

from dataclasses import dataclass

from django.conf import settings

from billing.amounts import number, price
from billing.models import Subscription


@dataclass(frozen=True)
class Pack:
    credits: int
    #: Before tax, in the smallest unit.
    price: int
    currency: str

    @property
    def name(self) -> str:
        """“1,000 credits”."""
        return f"{number(self.credits)} credits"

    @property
    def words(self) -> str:
        """“1,000 credits for £20”."""
        return f"{self.name} for {price(self.price, self.currency)}"


def are_sold() -> bool:
    return settings.CREDIT_PACK["credits"] > 0


def pack_for(subscription: Subscription) -> Pack:
    return Pack(settings.CREDIT_PACK["credits"], settings.CREDIT_PACK["price"], subscription.currency)
