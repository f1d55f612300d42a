from typing import Any

from clients.forms.row_form import RowForm
from workspaces import mark_changes
from workspaces.models import Tickmark


class TickmarkForm(RowForm):
    noun = "mark"

    class Meta:
        model = Tickmark
        fields = ["mark", "code", "meaning", "rule"]
        labels = {"mark": "Drawing", "meaning": "What it says", "rule": "Who says it"}

    def clean_code(self) -> str:
        return self.cleaned_data["code"].strip().lower()

    def clean(self) -> dict[str, Any]:
        """Key and drawing may change; what the mark says stays where somebody has signed under it."""
        data = super().clean()
        if not self.instance._state.adding and {"meaning", "rule"} & set(self.changed_data):
            try:
                mark_changes.hold(self.instance)
            except mark_changes.Vouched as vouched:
                self.add_error("meaning" if "meaning" in self.changed_data else "rule", str(vouched))
        return data
