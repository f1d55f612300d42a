import re
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from clients.forms.row_form import RowForm
from clients.models import Client, Project
from look.forms import DateInput
from organizations.models import Membership
from workspaces import index_schemes
from workspaces.models import Binder


class BinderForm(RowForm):
    """A new binder, for a project there is or for one made with it."""

    noun = "binder"
    client = forms.ModelChoiceField(
        Client.objects.none(), required=False, help_text="For a new project. A project there is knows its client."
    )
    project_name = forms.CharField(
        label="Name of the new project", max_length=200, required=False, help_text="Such as Audit 2025, Northwind."
    )
    field_order: tuple[str, ...] = ("project", "client", "project_name", "period_end", "period_start", "currency")

    class Meta:
        model = Binder
        fields = [
            "project",
            "period_start",
            "period_end",
            "currency",
            "assembly_days",
            "retention_years",
            "needs_partner",
        ]
        widgets = {"period_start": DateInput, "period_end": DateInput}
        help_texts = {"currency": "Three letters, such as GBP."}

    def _get_validation_exclusions(self) -> set[str]:
        """A project that is yet to be made cannot be looked at."""
        excluded = super()._get_validation_exclusions()
        return excluded if self.cleaned_data.get("project") else {*excluded, "project"}

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        project = cast("forms.ModelChoiceField", self.fields["project"])
        project.queryset = Project.objects.visible_to(member).order_by("name")
        project.required, project.empty_label = False, "A new project"
        if "client" in self.fields:
            clients = Client.objects.visible_to(member).exclude(status=Client.Status.ARCHIVED)
            cast("forms.ModelChoiceField", self.fields["client"]).queryset = clients.order_by("name")

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].strip().upper()
        if not re.fullmatch("[A-Z]{3}", currency):
            raise ValidationError("Use the three letters of the currency, such as GBP.")
        return currency

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("project") and "project" not in self.errors:
            self._need_new_project(data)
        return data

    def _need_new_project(self, data: dict[str, Any]) -> None:
        name = data.get("project_name", "").strip()
        if not name:
            self.add_error("project_name", "Choose a project above, or name a new one.")
        elif Project.objects.filter(name__iexact=name).exists():
            self.add_error("project_name", "Another project has this name. Choose it above, or use other words.")
        if "client" in self.fields and not data.get("client"):
            self.add_error("client", "Choose the client of the new project.")

    def client_of_project(self, data: dict[str, Any]) -> Client | None:
        """Whose the new project is."""
        return data["client"]

    def starting_index(self) -> index_schemes.Scheme:
        return index_schemes.of_firm(self.member.organization)

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        if not self.cleaned_data.get("project"):
            self.instance.project = Project.objects.create(
                name=self.cleaned_data["project_name"].strip(), client=self.client_of_project(self.cleaned_data),
                status=Project.Status.ACTIVE, lead=self.member, created_by=self.member,
            )  # fmt: skip
        self.instance.created_by = self.member
        self.instance.index_scheme = self.starting_index()
        return super().save(commit)


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
