from typing import Any

from django import forms
from uuid_utils.compat import uuid7

from billing import measures
from billing.features import F
from billing.models import Subscription
from organizations.models import Organization


class SeatsForm(forms.Form):
    """The most seats the firm wants to pay for."""

    seats = forms.IntegerField(
        label="Up to how many seats", required=False, min_value=1, max_value=100_000,
        help_text="Nobody can be invited beyond it. Empty: as many as the plan allows. Unused seats are not charged.",
        widget=forms.NumberInput({"class": "w-auto"}),
    )  # fmt: skip

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seats": subscription.seats}, **kwargs)

    def clean_seats(self) -> int | None:
        seats: int | None = self.cleaned_data["seats"]
        if seats is not None and seats < (used := measures.in_use(F.SEATS)):
            raise forms.ValidationError(f"{used} are taken. Take somebody’s place away first, or allow {used}.")
        return seats


class CreditsForm(forms.Form):
    """`key` is the purchase, made with the page: sending the same one twice buys once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)


class BillingContactForm(forms.ModelForm):
    class Meta:
        model = Organization
        fields = ("billing_email",)
        labels = {"billing_email": "Invoices go to"}
        help_texts = {"billing_email": "An address that several people read is best."}
