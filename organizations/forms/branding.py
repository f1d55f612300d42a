from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.encryption import masked
from accounts.plain_text import validate_plain_text
from organizations.logos import drawn_anew
from organizations.models import Organization

LINES = {
    "line1": "Address",
    "line2": "Address, second line",
    "city": "Town",
    "postcode": "Postcode",
    "country": "Country",
}


class LogoForm(forms.Form):
    """Cleans to the bytes that are kept."""

    logo = forms.FileField(
        label="Image",
        help_text="PNG, JPEG or WebP, up to 2 MB, each side 32 to 4,000 pixels.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["logo"].required = required
        if not required:
            self.fields["logo"].label = "Logo"

    def clean_logo(self) -> bytes:
        upload: UploadedFile | None = self.cleaned_data["logo"]
        return drawn_anew(upload) if upload else b""


class DetailsForm(forms.ModelForm):
    """Where the firm sits and is billed. The tax number is written, never shown whole."""

    line1, line2, city, postcode, country = (
        forms.CharField(label=label, required=False, max_length=120, validators=[validate_plain_text])
        for label in LINES.values()
    )
    tax_number = forms.CharField(
        label="Tax or VAT number", required=False, max_length=40, validators=[validate_plain_text],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    no_tax_number = forms.BooleanField(label="Forget the number kept now", required=False)

    class Meta:
        model = Organization
        fields = ["billing_email"]
        labels = {"billing_email": "E-mail for invoices"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({name: self.instance.address.get(name, "") for name in LINES})
        if self.instance.tax_id:
            kept = masked(self.instance.tax_id)
            self.fields["tax_number"].help_text = f"Kept now: {kept}. Leave the field empty to keep it."
        else:
            del self.fields["no_tax_number"]

    def save(self, commit: bool = True) -> Organization:
        data = self.cleaned_data
        self.instance.address = self.instance.address | {name: data[name] for name in LINES}
        self.instance.tax_id = "" if data.get("no_tax_number") else data["tax_number"] or self.instance.tax_id
        return super().save(commit)
