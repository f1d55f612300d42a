"""One form for each switch of the installation, so that nobody writes JSON."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.plain_text import validate_plain_text
from organizations.models import PlatformSetting
from organizations.platform_settings import LEVELS


class SettingForm(forms.ModelForm):
    """Reads its fields from the row's value, and writes them there."""

    class Meta:
        model = PlatformSetting
        fields: list[str] = []

    def __init__(self, *args: Any, instance: PlatformSetting, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        self.initial.update(self.unpacked(instance.value))

    def unpacked(self, value: Any) -> dict[str, Any]:
        return {"value": value}

    def packed(self, data: dict[str, Any]) -> Any:
        return data["value"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            self.instance.value = self.packed(data)
        return data


class SignUpOpenForm(SettingForm):
    value = forms.BooleanField(
        label="New accounts can be made", required=False, help_text="Accounts that exist sign in as before."
    )


class FirmsPerPersonForm(SettingForm):
    value = forms.IntegerField(
        label="Firms one person may own", min_value=0, max_value=10_000, help_text="0 is no limit."
    )


class NoticeForm(SettingForm):
    text = forms.CharField(
        label="Notice", required=False, max_length=300, validators=[validate_plain_text],
        widget=forms.TextInput({"class": "vTextField"}), help_text="Shown on every page, the portal too. Empty: nothing.",
    )  # fmt: skip
    level = forms.ChoiceField(choices=list(LEVELS.items()))
    until = forms.DateTimeField(
        label="Shown until (UTC)", required=False, help_text="Empty: until the text is taken away.",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def unpacked(self, value: Any) -> dict[str, Any]:
        stored = value if isinstance(value, dict) else {}
        until = parse_datetime(str(stored.get("until") or ""))
        return {"text": stored.get("text", ""), "level": stored.get("level", "info"), "until": until}

    def clean_until(self) -> datetime | None:
        until = self.cleaned_data["until"]
        if until is not None and until <= timezone.now():
            raise forms.ValidationError("This moment has passed. Choose a later one, or leave it empty.")
        return until

    def packed(self, data: dict[str, Any]) -> Any:
        until = data["until"].astimezone(UTC).isoformat() if data["until"] else None
        return {"text": data["text"], "level": data["level"], "until": until} if data["text"] else {}


SETTING_FORMS: dict[str, type[SettingForm]] = {
    "sign_up_open": SignUpOpenForm,
    "firms_per_person": FirmsPerPersonForm,
    "notice_banner": NoticeForm,
}
