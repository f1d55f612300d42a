import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clients.forms.row_form import RowForm
from look.forms import DateInput
from workspaces.models import Binder, Workpaper

LINE = re.compile(r"^([A-Za-z]{1,3})\s*[:\s]\s*(\S.{0,79})$")


class BinderSettingsForm(RowForm):
    """How a binder is indexed, signed, closed and kept."""

    noun = "binder"
    index = forms.CharField(
        label="Index", widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="A line for each section: letter, then title, such as C Receivables. Their order is the binder's.",
    )  # fmt: skip

    class Meta:
        model = Binder
        fields = [
            "period_start", "period_end", "report_released_on", "assembly_days", "retention_years", "needs_partner",
            "notes_policy",
        ]  # fmt: skip
        widgets = {"period_start": DateInput, "period_end": DateInput, "report_released_on": DateInput}

    constrained = (*RowForm.constrained, "project")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = self.instance.section_titles.items()
        self.initial["index"] = "\n".join(f"{letter} {title}" for letter, title in sections)

    def clean_index(self) -> list[dict[str, str]]:
        sections = []
        for number, line in enumerate(self.cleaned_data["index"].splitlines(), start=1):
            if not line.strip():
                continue
            found = LINE.match(line.strip())
            if not found:
                raise ValidationError(f"Line {number} is not a letter and a title: “{line.strip()[:40]}”.")
            sections.append({"letter": found[1].upper(), "title": found[2].strip()})
        letters = [section["letter"] for section in sections]
        if twice := sorted({letter for letter in letters if letters.count(letter) > 1}):
            raise ValidationError(f"{twice[0]} is there twice.")
        self._need_used(letters)
        return sections

    def _need_used(self, letters: list[str]) -> None:
        used = Workpaper.objects.filter(binder=self.instance).order_by().values_list("section", flat=True).distinct()
        if lost := sorted(set(used) - set(letters)):
            raise ValidationError(f"There are papers in {lost[0]}. Keep its line, or give them other references first.")

    def save(self, commit: bool = True) -> Any:
        self.instance.index_scheme = self.cleaned_data["index"]
        return super().save(commit)
