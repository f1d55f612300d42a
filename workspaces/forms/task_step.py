from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.plain_text import validate_plain_text
from workspaces.models import TaskStep
from workspaces.tasks import steps

LONGEST = TaskStep.MOST * (TaskStep.LONGEST + 1)


class StepsField(forms.CharField):
    """Steps, one a line: gives them as a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "strip": True, "widget": forms.Textarea({"rows": 3}), **kwargs})

    def clean(self, value: Any) -> list[str]:
        texts = steps.lines(super().clean(value))
        if problem := steps.problem_of(texts):
            raise ValidationError(problem)
        for text in texts:
            validate_plain_text(text)
        return texts


class StepForm(forms.Form):
    """The line under a task's steps."""

    steps = StepsField(
        label="Add a step", error_messages={"required": "Write what is to be done."},
        widget=forms.TextInput({"placeholder": "Add a step", "autocomplete": "off"}),
    )  # fmt: skip
