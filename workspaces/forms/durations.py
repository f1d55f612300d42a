from typing import Any

from django import forms

from workspaces.timekeeping import durations


class DurationField(forms.CharField):
    """Minutes, typed as people write them."""

    default_error_messages = {
        "invalid": "Write hours and minutes, such as 1:30 or 1.5.",
        "most": "That is more than %(hours)s hours.",
    }

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=12, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        minutes = durations.read(text)
        if minutes is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if minutes > self.most:
            raise forms.ValidationError(self.error_messages["most"], code="most", params={"hours": self.most // 60})
        return minutes

    def prepare_value(self, value: Any) -> Any:
        return durations.written(value) if isinstance(value, int) else value
