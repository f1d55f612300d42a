from django.db import models

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import SoftDeleteModel, TenantModel


class RateCard(AuthoredModel, SoftDeleteModel):
    """What an hour of each role costs and is sold for, from a day on. The next card of the currency ends it."""

    #: The first day it is in force; the next card of the currency ends it.
    valid_from = models.DateField("in force from")
    currency = models.CharField(max_length=3, default="GBP")

    class Meta(SoftDeleteModel.Meta):
        db_table = "rate_cards"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "currency", "valid_from"],
                condition=models.Q(deleted_at=None),
                name="rate_cards_day",
                violation_error_message="There is a card from this day on already. Change that one.",
            ),
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="rate_cards_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} from {self.valid_from}"


class RateCardLine(TenantModel):
    """One role of a card. Amounts are in the currency's smallest unit."""

    card = TenantForeignKey("workspaces.RateCard", models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    #: What the role is called, such as “Senior”.
    role = models.CharField(max_length=60, validators=[validate_plain_text])
    #: What an hour costs the firm, in minor units.
    cost = models.PositiveBigIntegerField()
    #: What an hour is sold for, in minor units.
    price = models.PositiveBigIntegerField()

    class Meta(TenantModel.Meta):
        db_table = "rate_card_lines"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                "organization", "card", models.functions.Lower("role"), name="rate_card_lines_role"
            ),
        ]

    def __str__(self) -> str:
        return self.role
