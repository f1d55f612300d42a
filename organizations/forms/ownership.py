from typing import Any

from django import forms

from organizations.models import Membership


class FirmNameForm(forms.Form):
    """The firm's name written out: nobody gives a firm away, or up, by a slip."""

    firm_name = forms.CharField(
        label="The firm’s name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["firm_name"].help_text = f"Write “{by.organization.name}” to show that you mean it."

    def clean_firm_name(self) -> str:
        written = " ".join(self.cleaned_data["firm_name"].split())
        if written.casefold() != " ".join(self.by.organization.name.split()).casefold():
            raise forms.ValidationError(f"This is not the name of the firm: {self.by.organization.name}.")
        return written


class OwnershipForm(FirmNameForm):
    """To whom, and the firm's name."""

    taker = forms.ModelChoiceField(label="New owner", queryset=Membership.objects.none(), empty_label="Choose a member")
    field_order = ("taker", "firm_name")

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        others = Membership.objects.active().exclude(pk=by.pk).order_by("display_name", "id")
        self.fields["taker"].queryset = others  # type: ignore[attr-defined]
