from typing import Any

from django import forms

from accounts.plain_text import validate_plain_text
from organizations.forms.role import choices_of
from organizations.models import Membership
from organizations.permissions import Permission

LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "A year")]


class AccessTokenForm(forms.Form):
    """What a program may do for the member: never more than the member may."""

    name = forms.CharField(
        label="What it is for", max_length=60, validators=[validate_plain_text],
        help_text="So that you know which one to end: “Month-end script”.",
    )  # fmt: skip
    days = forms.ChoiceField(label="Works for", choices=LIFETIMES, initial="90")
    permissions = forms.MultipleChoiceField(
        label="What it may do for you",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one: a token that may do nothing is of no use."},
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = choices_of(member)  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": data["name"],
            "days": int(data["days"]),
            "permissions": [Permission(value) for value in data["permissions"]],
        }
