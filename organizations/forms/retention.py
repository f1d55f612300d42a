from collections.abc import Mapping
from typing import Any

from django import forms

from organizations.retention import LEAST, MOST, kinds


class RetentionForm(forms.Form):
    """A number of days for each kind of record."""

    def __init__(self, data: Any = None, *, kept: Mapping[str, int]) -> None:
        super().__init__(data, initial=dict(kept))
        for key, kind in kinds.items():
            self.fields[key] = forms.IntegerField(
                label=kind.label, help_text=f"{kind.words} {LEAST} to {MOST} days.", min_value=LEAST, max_value=MOST
            )
