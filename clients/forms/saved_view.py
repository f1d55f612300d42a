from typing import Any

from django import forms

from clients.models import SavedView
from clients.saved_views import ListKind
from organizations.forms.base import TenantModelForm


class SavedViewForm(TenantModelForm):
    """A view's name and who sees it."""

    is_default = forms.BooleanField(label="Open the list with it", required=False)
    # Whose view it is, and of which list, is set by the page and part of the name being free.
    constrained = (*TenantModelForm.constrained, "member", "list")

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"is_shared": "Everybody in the firm sees it"}

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()


class ColumnsForm(forms.Form):
    columns = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, kind: ListKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [(name, label) for name, label, _ in kind.columns]  # type: ignore[attr-defined]
