from typing import Any

from django import forms

from accounts.plain_text import validate_plain_text
from workspaces.forms.workpaper import WorkpaperForm
from workspaces.models import Workpaper


class LatePaperForm(WorkpaperForm):
    """A paper added to a locked file: a memo or a document, whole as it comes."""

    text = forms.CharField(
        label="What it says",
        max_length=20_000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    reason = forms.CharField(
        label="Why it is added after the file was closed", max_length=500, validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, label) for kind, label in Workpaper.Kind.choices if kind in ("memo", "document")]
        self.fields["kind"] = forms.ChoiceField(choices=kinds)
