from typing import Any

from django import forms

from organizations.models import Membership


class HandoverForm(forms.Form):
    """To whom a member's open work goes."""

    taker = forms.ModelChoiceField(
        label="Give it to", queryset=Membership.objects.none(), empty_label="Choose a member"
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Membership.objects.active().exclude(pk=member.pk).order_by("display_name", "id")
        self.fields["taker"].queryset = others  # type: ignore[attr-defined]
