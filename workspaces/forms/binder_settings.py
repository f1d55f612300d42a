from typing import Any

from django.core.exceptions import ValidationError

from clients.forms.row_form import RowForm
from look.forms import DateInput
from workspaces import index_schemes
from workspaces.forms.index_scheme import IndexField
from workspaces.index_schemes import Scheme
from workspaces.models import Binder, Workpaper


class BinderSettingsForm(RowForm):
    """How a binder is indexed, signed, closed and kept."""

    noun = "binder"
    index = IndexField()

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
        self.initial["index"] = index_schemes.typed(self.instance.index_scheme)

    def clean_index(self) -> Scheme:
        scheme: Scheme = self.cleaned_data["index"]
        self._need_used([section["letter"] for section in scheme])
        return scheme

    def _need_used(self, letters: list[str]) -> None:
        used = Workpaper.objects.filter(binder=self.instance).order_by().values_list("section", flat=True).distinct()
        if lost := sorted(set(used) - set(letters)):
            raise ValidationError(f"There are papers in {lost[0]}. Keep its line, or give them other references first.")

    def save(self, commit: bool = True) -> Any:
        self.instance.index_scheme = self.cleaned_data["index"]
        return super().save(commit)
