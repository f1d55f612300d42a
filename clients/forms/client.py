from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q

from accounts.encryption import masked
from accounts.plain_text import validate_plain_text
from billing.features import F
from clients import client_access, tags
from clients.forms.people import offer
from clients.forms.row_form import RowForm
from clients.models import Client, ClientAssignment, ClientTagging, ClientWall
from clients.tags import TagRefused
from clients.year_ends import read_year_end
from organizations.models import Membership
from organizations.permissions import Permission

ADDRESS = ("line1", "line2", "city", "postcode", "country")


class ClientForm(RowForm):
    """A client with its address, lead and staff."""

    noun = "client"
    plan_feature = F.CLIENTS
    tax_id = forms.CharField(label="Tax number", required=False, max_length=40, help_text="Kept encrypted.")
    no_tax_id = forms.BooleanField(label="Remove the stored tax number", required=False)
    line1 = forms.CharField(label="Address", required=False, max_length=200, validators=[validate_plain_text])
    line2 = forms.CharField(
        label="Address, second line", required=False, max_length=200, validators=[validate_plain_text]
    )
    city = forms.CharField(label="Town or city", required=False, max_length=100, validators=[validate_plain_text])
    postcode = forms.CharField(required=False, max_length=20, validators=[validate_plain_text])
    country = forms.CharField(required=False, max_length=100, validators=[validate_plain_text])
    tag_names = forms.CharField(
        label="Tags",
        required=False,
        max_length=400,
        validators=[validate_plain_text],
        help_text="Words of the firm, with commas between them.",
    )
    lead = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False, empty_label="Nobody yet")
    staff = forms.ModelMultipleChoiceField(
        label="Assigned staff", queryset=Membership.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Client
        fields = ["name", "code", "type", "status", "industry", "website", "year_end", "access", "notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "code": "Short and unique, such as NWB.",
            "access": "Owners and admins always see every client. Whoever restricts it is assigned, too.",
        }

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        able = [m.pk for m in Membership.objects.active().with_roles() if m.can(Permission.VIEW_CLIENTS)]
        assigned = ClientAssignment.objects.filter(client=self.instance).values("member")
        walled = ClientWall.objects.filter(client=self.instance).values("member")
        people = Membership.objects.filter(Q(pk__in=able) | Q(pk__in=assigned)).exclude(pk__in=walled)
        people = people.order_by("display_name")
        for name in ("lead", "staff"):
            offer(self.fields[name], people)
        self.fields["status"] = forms.ChoiceField(choices=[c for c in Client.Status.choices if c[0] != "archived"])
        if self.instance._state.adding:
            self.initial.setdefault("status", "active")
            del self.fields["no_tax_id"]
            return
        if self.instance.is_archived:
            del self.fields["status"]
        self._show_what_is_stored()

    def stored(self) -> dict[str, Any]:
        assigned = ClientAssignment.objects.filter(client=self.instance).order_by("member")
        pairs = list(assigned.values_list("member", "is_lead"))
        return {
            **super().stored(),
            **{name: self.instance.address.get(name, "") for name in ADDRESS},
            "tax_id": self.instance.tax_id,
            "tag_names": ", ".join(
                ClientTagging.objects.filter(client=self.instance)
                .order_by("tag__name")
                .values_list("tag__name", flat=True)
            ),
            "lead": next((member for member, is_lead in pairs if is_lead), None),
            "staff": [member for member, _ in pairs],
        }

    def _show_what_is_stored(self) -> None:
        self.initial.update({**self.stored(), "tax_id": ""})
        if self.instance.tax_id:
            self.fields["tax_id"].help_text = f"Stored: {masked(self.instance.tax_id)}. Leave empty to keep it."
        else:
            del self.fields["no_tax_id"]

    def clean_year_end(self) -> str:
        read = read_year_end(self.cleaned_data["year_end"])
        if read is None:
            raise forms.ValidationError("Write month and day, such as 12-31.")
        return read

    def clean_tag_names(self) -> list[str]:
        names = tags.split(self.cleaned_data["tag_names"])
        if any(len(name) > 40 for name in names):
            raise forms.ValidationError("A tag has at most 40 characters.")
        return names

    @property
    def changed_words(self) -> str:
        """Which fields were changed, for the timeline; never what stands in them."""
        labels = [str(self.fields[name].label or name) for name in self.changed_data if name not in ("seen", "key")]
        return ", ".join(label.lower() for label in labels)

    @transaction.atomic
    def save(self, commit: bool = True) -> Client:
        data = self.cleaned_data
        self.instance.address = {name: data[name] for name in ADDRESS if data[name]}
        if data["tax_id"] or data.get("no_tax_id"):
            self.instance.tax_id = data["tax_id"]
        client = super().save(commit)
        self._assign(client, data["lead"], self._staff(client))
        try:
            tags.put_on(client, data["tag_names"], by=self.member)
        except TagRefused as refused:
            self.add_error("tag_names", str(refused))
        return client

    def _staff(self, client: Client) -> set[Membership]:
        """Those ticked and the lead; and whoever restricts the client, who would lose sight of it otherwise."""
        lead, sees_all = self.cleaned_data["lead"], self.member.sees_every_client
        staff = {*self.cleaned_data["staff"], *([lead] if lead else [])}
        return staff | {self.member} if client.access == Client.Access.ASSIGNED and not sees_all else staff

    @staticmethod
    def _assign(client: Client, lead: Membership | None, staff: set[Membership]) -> None:
        ClientAssignment.objects.filter(client=client).exclude(member__in=staff).delete()
        ClientAssignment.objects.filter(client=client, is_lead=True).update(is_lead=False)
        for member in staff:
            ClientAssignment.objects.update_or_create(
                client=client, member=member, defaults={"is_lead": member == lead}
            )
        client_access.settle(client)
