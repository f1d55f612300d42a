"""Changes to a row of a list, and to many rows at once, each with the version the person saw."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F

from accounts.plain_text import validate_plain_text
from clients.forms.people import offer
from clients.forms.request import assignable
from clients.models import ClientContact, InformationRequest, RequestList
from look.forms import DateInput
from organizations.models import Membership

#: As many as a page of the list shows, and some more.
MOST = 500


class CellForm(forms.Form):
    """One cell of a row, changed in place; `version` is the one that stood there."""

    name: str
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: InformationRequest, **kwargs: Any) -> None:
        initial = {"version": item.version, self.name: getattr(item, self.name)}
        super().__init__(*args, initial=initial, auto_id=f"{self.name}-{item.pk}-%s", **kwargs)
        self.item = item

    def save(self) -> bool:
        """False if the row changed meanwhile; then nothing is written."""
        rows = InformationRequest.objects.filter(pk=self.item.pk, version=self.cleaned_data["version"])
        return bool(rows.update(**{self.name: self.cleaned_data[self.name]}, version=F("version") + 1))


class DueDateForm(CellForm):
    name = "due_date"
    due_date = forms.DateField(label="Due date", required=False, widget=DateInput)


class AssignmentForm(CellForm):
    name = "assigned_to"
    assigned_to = forms.ModelChoiceField(
        label="Reviewer",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody",
        widget=forms.Select({"class": "w-auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["assigned_to"], assignable(self.item.request_list, self.item.assigned_to_id))


class SelectionForm(forms.Form):
    """The checked rows, each as `<id>:<version>`: what the person saw when checking it."""

    selected = forms.MultipleChoiceField(
        error_messages={
            "required": "Check the requests first.",
            "invalid_choice": "A request you checked is no longer in this list. Reload the page and check them again.",
        }
    )

    def __init__(self, *args: Any, request_list: RequestList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(pk) for pk in request_list.requests.filter(deleted_at=None).values_list("pk", flat=True)}
        self.fields["selected"].valid_value = lambda value: value.partition(":")[0] in self.known  # type: ignore[attr-defined]

    def clean_selected(self) -> dict[UUID, int]:
        if len(self.cleaned_data["selected"]) > MOST:
            raise ValidationError(f"Check up to {MOST} requests at once.")
        try:
            pairs = (value.split(":") for value in self.cleaned_data["selected"])
            return {UUID(pk): int(version) for pk, version in pairs}
        except ValueError as error:
            raise ValidationError("Reload the page and check the requests again.") from error


class AssignSelectionForm(SelectionForm):
    assigned_to = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False)

    def __init__(self, *args: Any, request_list: RequestList, **kwargs: Any) -> None:
        super().__init__(*args, request_list=request_list, **kwargs)
        offer(self.fields["assigned_to"], assignable(request_list))


class ContactSelectionForm(SelectionForm):
    contact = forms.ModelChoiceField(queryset=ClientContact.objects.none(), required=False)

    def __init__(self, *args: Any, request_list: RequestList, **kwargs: Any) -> None:
        super().__init__(*args, request_list=request_list, **kwargs)
        people = ClientContact.objects.filter(client=request_list.client_id)
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]


class DueDateSelectionForm(SelectionForm):
    due_date = forms.DateField(error_messages={"required": "Choose the due date."})

    @property
    def change(self) -> dict[str, date]:
        return {"due_date": self.cleaned_data["due_date"]}


class ReturnSelectionForm(SelectionForm):
    reason = forms.CharField(
        max_length=2000, error_messages={"required": "Say what is missing, so that the client can send it."}
    )


class SectionSelectionForm(SelectionForm):
    section = forms.CharField(max_length=200, required=False, validators=[validate_plain_text])
