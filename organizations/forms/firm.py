import zoneinfo
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from look.forms import Chips, PrefixedInput
from organizations.colours import DEFAULT_BRAND, validate_colour
from organizations.founding import PRACTICES
from organizations.models import Organization

REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
CURRENCIES = {
    "GBP": "GBP, £",
    "EUR": "EUR, €",
    "USD": "USD, $",
    "CHF": "CHF",
    "CAD": "CAD, $",
    "AUD": "AUD, $",
    "PLN": "PLN, zł",
}


def timezone_choices() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if name.startswith(REGIONS))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class FirmForm(forms.ModelForm):
    """A firm's name, address, colour and time zone; used to create one and to change it.

    `seen` is when the firm was last changed as this form was drawn.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    brand = forms.CharField(
        label="Colour",
        initial=DEFAULT_BRAND,
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color w-100"}),
        help_text="A band on top of the portal and your mails. Text stays readable whatever you choose.",
    )
    timezone = forms.ChoiceField(label="Time zone", choices=timezone_choices)
    currency = forms.ChoiceField(choices=list(CURRENCIES.items()))

    class Meta:
        model = Organization
        fields = ["name", "slug", "brand", "currency", "timezone"]
        help_texts = {
            "name": "As clients see it on requests and in the portal.",
            "slug": "The last part of your firm’s web address, such as harcourt-pell.",
        }
        widgets = {"slug": PrefixedInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].widget.before = f"{urlsplit(settings.PUBLIC_URL).netloc}/o/"
        if not self.instance._state.adding:
            self.initial["brand"] = self.instance.brand
            self.initial["seen"] = self.instance.updated_at.isoformat()

    is_stale = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.instance._state.adding and data.get("seen") != self.initial["seen"]:
            self.is_stale = True
            self.add_error(None, self._stale_sentence())
        return data

    def _stale_sentence(self) -> str:
        labels = [str(self.fields[name].label or name) for name in self.changed_data if name != "seen"]
        return (
            "Somebody changed these settings while you were writing. Yours differ in: "
            f"{', '.join(labels) or 'nothing'}. Save again to keep your version."
        )

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"].lower()

    def clean_brand(self) -> str:
        colour = self.cleaned_data["brand"].strip()
        validate_colour(colour)
        return colour

    def _post_clean(self) -> None:
        super()._post_clean()
        if colour := self.cleaned_data.get("brand"):
            self.instance.set_brand(colour)

    def validate_unique(self) -> None:
        """Left to the database: the application's role cannot see other firms to compare with."""

    def address_taken(self, sentence: str) -> None:
        self.add_error("slug", ValidationError(sentence))


class PracticeForm(forms.Form):
    """What a new firm does: it finds there what such firms begin with."""

    mark_optional = False

    practices = forms.MultipleChoiceField(
        label="What do you do?", choices=list(PRACTICES.items()), required=False, widget=Chips,
        help_text="We add matching request templates and tickmarks. You can change or delete them later.",
    )  # fmt: skip
