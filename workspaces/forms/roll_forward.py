from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from clients import project_access
from look.dates import written
from organizations.models import Membership
from workspaces import roll_forward
from workspaces.forms.binder import BinderForm
from workspaces.models import Binder
from workspaces.periods import years_after


class RollForwardForm(BinderForm):
    """The binder of the next period: for the same project, another one of the client, or one made with it."""

    mark_optional = False
    client = None  # type: ignore[assignment]
    notes = forms.ChoiceField(label="Open review notes", widget=forms.RadioSelect)
    field_order = ("project", "project_name", "period_start", "period_end", "notes")
    constrained = (*BinderForm.constrained, "rolled_from")

    class Meta(BinderForm.Meta):
        fields = ["project", "period_start", "period_end"]

    def __init__(self, *args: Any, source: Binder, member: Membership, open_notes: int, **kwargs: Any) -> None:
        self.source = source
        target = Binder()
        roll_forward.prepare(source, target)
        initial = {
            "project": source.project_id, "period_end": years_after(source.period_end, 1),
            "period_start": source.period_end + timedelta(days=1),
            "notes": "carry" if source.notes_policy == Binder.NotesPolicy.KEEP else "leave",
        }  # fmt: skip
        super().__init__(*args, instance=target, member=member, initial=initial, **kwargs)
        project = cast("forms.ModelChoiceField", self.fields["project"])
        project.queryset = project.queryset.filter(client=source.project.client_id)  # type: ignore[union-attr]
        if open_notes:
            many = "1 open note" if open_notes == 1 else f"{open_notes} open notes"
            cast("forms.ChoiceField", self.fields["notes"]).choices = [
                ("carry", f"Carry {many} to the new papers"),
                ("leave", f"Leave {many} in this file; the audit trail records how many"),
            ]
        else:
            del self.fields["notes"]

    def starting_index(self) -> list[dict[str, str]]:
        return self.source.index_scheme

    def clean_period_end(self) -> date:
        ends: date = self.cleaned_data["period_end"]
        if ends <= self.source.period_end:
            raise ValidationError(
                f"The period being carried ends on {written(self.source.period_end, 'date')}. Choose a later day."
            )
        return ends

    def client_of_project(self, data: dict[str, Any]) -> Any:
        return self.source.project.client

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        target = super().save(commit)
        if not self.cleaned_data.get("project"):
            project_access.same_as(self.source.project, target.project)
        roll_forward.run(self.source, target, carry_notes=self.cleaned_data.get("notes") == "carry", by=self.member)
        return target
