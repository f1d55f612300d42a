from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from workspaces import index_schemes
from workspaces.index_schemes import BadScheme, Scheme


class IndexField(forms.CharField):
    """An index, a line for each section. Its value is the scheme as binders keep it."""

    widget = forms.Textarea(attrs={"rows": 14, "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        hint = "A line for each section: letter, then title, such as C Receivables. Their order is the binder’s."
        super().__init__(**{"label": "Index", "max_length": 6000, "help_text": hint, **kwargs})

    def clean(self, value: Any) -> Scheme:
        try:
            return index_schemes.parsed(super().clean(value))
        except BadScheme as bad:
            raise ValidationError(str(bad)) from bad


class IndexSchemeForm(forms.Form):
    """The firm's index. `seen` is what was stored as the form was drawn."""

    index = IndexField(help_text="A line for each section: letter, then title, such as C Receivables. Order counts.")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, stored: Scheme) -> None:
        text = index_schemes.typed(stored)
        super().__init__(data, initial={"index": text, "seen": text})
        self.stored = text
        self.is_stale = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen", "").split() != self.stored.split():
            self.is_stale = True
            self.add_error(None, "Somebody changed the index while you were writing. Save again to keep your version.")
            typed = self.data.copy()  # type: ignore[attr-defined]
            typed["seen"] = self.stored  # sending it again is a decision
            self.data = typed
        return data

    @property
    def error_status(self) -> int:
        return 409 if self.is_stale else 422 if self.errors else 200
