from clients.forms.row_form import RowForm
from workspaces.models import Tickmark


class TickmarkForm(RowForm):
    noun = "mark"

    class Meta:
        model = Tickmark
        fields = ["mark", "code", "meaning", "rule"]
        labels = {"mark": "Drawing", "meaning": "What it says", "rule": "Who says it"}

    def clean_code(self) -> str:
        return self.cleaned_data["code"].strip().lower()
