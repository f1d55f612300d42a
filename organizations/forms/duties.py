from typing import Any

from django import forms

from organizations.duties import duties


class DutiesForm(forms.Form):
    """Which of the known pairs the firm keeps apart."""

    kept = forms.MultipleChoiceField(
        label="What nobody does alone", required=False, choices=[], widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [(duty.key, duty.words) for duty in duties.values()]  # type: ignore[attr-defined]
