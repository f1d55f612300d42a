from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from accounts.plain_text import validate_plain_text
from clients.client_bulk import Selection
from clients.forms.people import able_to_see_clients
from clients.models import Client, ClientTag
from organizations.models import Membership

MOST = 500


class SelectionForm(forms.Form):
    """The checked rows, each as `<id>:<mark>`; or `everything`: all rows of the filter, as they stood at `seen`."""

    everything = forms.BooleanField(required=False)
    seen = forms.DateTimeField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("everything"):
            if not isinstance(data.get("seen"), datetime):
                raise ValidationError("Look at the list again, then choose all of it.")
            return data
        chosen = self.data.getlist("selected")  # type: ignore[attr-defined]
        if not chosen:
            raise ValidationError("Check the clients first.")
        if len(chosen) > MOST:
            raise ValidationError(f"Check at most {MOST} clients, or choose all of them.")
        try:
            pairs = [value.split(":", 1) for value in chosen]
            data["marks"] = {UUID(pk): int(mark) for pk, mark in pairs}
        except ValueError:
            raise ValidationError("Look at the list again, then check the clients.") from None
        return data

    def selection(self, rows: Any) -> Selection:
        """`rows` are those of the filter in the address."""
        if self.cleaned_data["everything"]:
            return Selection(rows=rows, seen=self.cleaned_data["seen"])
        return Selection(marks=self.cleaned_data["marks"])


class LeadForm(SelectionForm):
    member = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = able_to_see_clients()  # type: ignore[attr-defined]


class StaffForm(LeadForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].required = True
        self.fields["member"].error_messages["required"] = "Choose a member."


class TaggingForm(SelectionForm):
    """A tag of the firm, or a new word for one."""

    tag = forms.CharField(
        max_length=40, validators=[validate_plain_text], error_messages={"required": "Write or choose a tag."}
    )


class UntaggingForm(SelectionForm):
    tag = forms.CharField(max_length=40, error_messages={"required": "Write or choose a tag."})

    def clean_tag(self) -> ClientTag:
        found = ClientTag.objects.filter(name__iexact=self.cleaned_data["tag"].strip()).first()
        if found is None:
            raise ValidationError("The firm has no tag of this name.")
        return found


class StatusForm(SelectionForm):
    status = forms.ChoiceField(choices=Client.Status.choices)
