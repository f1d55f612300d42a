"""Small forms of a client's page: tags, relations, merging."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from clients.client_bulk import mark
from clients.client_search import matching
from clients.models import Client, ClientRelation, ClientTag
from organizations.forms.base import TenantModelForm


def called(clients: "QuerySet[Client]", text: str) -> Client:
    """The one client of that code or name. Raises ValidationError in words."""
    exact = list(clients.filter(code_key=text.lower()).exclude(code="")[:2]) or list(
        clients.filter(name_key=text.lower())[:2]
    )
    found = exact or list(matching(clients, text).order_by("name_key")[:4])
    if not found:
        raise ValidationError("No client has this code or name.")
    if len(found) > 1:
        named = ", ".join(f"{client.name} ({client.code})" if client.code else client.name for client in found[:3])
        raise ValidationError(f"Several clients match: {named}. Write the code.")
    return found[0]


class OtherClientForm(forms.Form):
    """Names another client by code or name."""

    other = forms.CharField(
        label="Other client", max_length=200, help_text="Its code, or its name.",
        error_messages={"required": "Name the other client."},
    )  # fmt: skip

    def __init__(self, *args: Any, clients: "QuerySet[Client]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clients = clients

    def clean_other(self) -> Client:
        return called(self.clients, self.cleaned_data["other"].strip())


class RelationForm(OtherClientForm):
    kind = forms.ChoiceField(label="This client is", choices=ClientRelation.Kind.choices)
    field_order = ["kind", "other"]


class MergeForm(forms.Form):
    """The decision: which fields of the other client stay. `seen` are the marks of both as they were compared."""

    seen = forms.CharField(widget=forms.HiddenInput)
    take = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, target: Client, source: Client, differences: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark = f"{mark(target)}:{mark(source)}"
        self.initial["seen"] = self.mark
        self.fields["take"].choices = [(d.name, d.label) for d in differences]  # type: ignore[attr-defined]

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.mark:
            raise ValidationError("One of the two was changed meanwhile. Compare them again.")
        return self.mark


class TagForm(TenantModelForm):
    class Meta:
        model = ClientTag
        fields = ["name"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class TagMergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label="Merge into", queryset=ClientTag.objects.none(), empty_label="Choose a tag",
        error_messages={"required": "Choose a tag."},
    )  # fmt: skip

    def __init__(self, *args: Any, tag: ClientTag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = ClientTag.objects.exclude(pk=tag.pk).order_by("name", "id")  # type: ignore[attr-defined]
