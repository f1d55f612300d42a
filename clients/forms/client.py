from typing import Any, cast

from django import forms
from django.db import transaction

from accounts.encryption import masked
from clients.models import Client, ClientAssignment
from clients.models.client import year_end_date
from organizations.forms.base import TenantModelForm
from organizations.models import Membership
from organizations.permissions import Permission

ADDRESS = ("line1", "line2", "city", "postcode", "country")


class ClientForm(TenantModelForm):
    """A client with its address, lead and staff. `seen` is when the row was last changed as this form was drawn."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    tax_id = forms.CharField(label="Tax number", required=False, max_length=40, help_text="Kept encrypted.")
    line1 = forms.CharField(label="Address", required=False, max_length=200)
    line2 = forms.CharField(label="Address, second line", required=False, max_length=200)
    city = forms.CharField(label="Town or city", required=False, max_length=100)
    postcode = forms.CharField(required=False, max_length=20)
    country = forms.CharField(required=False, max_length=100)
    lead = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False, empty_label="Nobody yet")
    staff = forms.ModelMultipleChoiceField(
        label="Assigned staff", queryset=Membership.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Client
        fields = ["name", "code", "type", "status", "industry", "website", "year_end", "access", "notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"code": "Short and unique, such as NWB.", "access": "Owners and admins always see every client."}

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        able = [m.pk for m in Membership.objects.active() if m.can(Permission.VIEW_CLIENTS)]
        for name in ("lead", "staff"):
            cast("forms.ModelChoiceField", self.fields[name]).queryset = Membership.objects.filter(
                pk__in=able
            ).order_by("display_name")
        self.fields["status"] = forms.ChoiceField(choices=[c for c in Client.Status.choices if c[0] != "archived"])
        if self.instance._state.adding:
            self.initial.setdefault("status", "active")
            return
        if self.instance.is_archived:
            del self.fields["status"]
        self._show_what_is_stored()

    def _show_what_is_stored(self) -> None:
        assigned = list(ClientAssignment.objects.filter(client=self.instance))
        self.initial.update({name: self.instance.address.get(name, "") for name in ADDRESS})
        self.initial["lead"] = next((found.member_id for found in assigned if found.is_lead), None)
        self.initial["staff"] = [found.member_id for found in assigned]
        self.initial["seen"] = self.instance.updated_at.isoformat()
        if self.instance.tax_id:
            self.fields["tax_id"].help_text = f"Stored: {masked(self.instance.tax_id)}. Leave empty to keep it."

    def clean_year_end(self) -> str:
        text = self.cleaned_data["year_end"].strip()
        if text and year_end_date(text) is None:
            raise forms.ValidationError("Write month and day, such as 12-31.")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.instance._state.adding and data.get("seen") != self.instance.updated_at.isoformat():
            changed = [
                str(self.fields[name].label or name)
                for name in self.changed_data
                if name in self.fields and name != "seen"
            ]
            self.is_stale = True
            self.add_error(
                None,
                "Somebody changed this client while you were writing. Yours differs in: "
                f"{', '.join(changed) or 'nothing'}. Save again to keep your version.",
            )
        return data

    is_stale = False

    @transaction.atomic
    def save(self, commit: bool = True) -> Client:
        data = self.cleaned_data
        self.instance.address = {name: data[name] for name in ADDRESS if data[name]}
        if data["tax_id"]:
            self.instance.tax_id = data["tax_id"]
        client = super().save(commit)
        self._assign(client, data["lead"], {*data["staff"], *([data["lead"]] if data["lead"] else [])})
        return client

    @staticmethod
    def _assign(client: Client, lead: Membership | None, staff: set[Membership]) -> None:
        ClientAssignment.objects.filter(client=client).exclude(member__in=staff).delete()
        ClientAssignment.objects.filter(client=client, is_lead=True).update(is_lead=False)
        for member in staff:
            ClientAssignment.objects.update_or_create(
                client=client, member=member, defaults={"is_lead": member == lead}
            )
        client.restrict_to(staff if client.access == Client.Access.ASSIGNED else [])
