import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from billing.features import F
from clients.forms.row_form import RowForm
from clients.models import Client, Project, RequestList
from conversations.live.topics import publish
from look.forms import DateInput
from organizations.models import Membership


class RequestListForm(RowForm):
    noun = "list"
    plan_feature = F.REQUEST_LISTS

    class Meta:
        model = RequestList
        fields = ["client", "title", "period", "due_date", "prefix", "project"]
        widgets = {"due_date": DateInput}
        help_texts = {
            "title": "As the client reads it, such as Year-end audit requests.",
            "period": "Such as FY2025.",
            "prefix": "Requests are numbered with it: PBC-001, PBC-002.",
        }

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        clients = Client.objects.visible_to(member)
        if self.instance._state.adding and "client" in self.fields:
            living = clients.exclude(status=Client.Status.ARCHIVED).order_by("name")
            cast("forms.ModelChoiceField", self.fields["client"]).queryset = living
        else:
            self.fields.pop("client", None)
        client = self.initial.get("client") or self.instance.client_id
        projects = Project.objects.visible_to(member).filter(client__in=clients).order_by("name")
        field = cast("forms.ModelChoiceField", self.fields["project"])
        field.queryset = projects.filter(client=client) if client else projects

    def save(self, commit: bool = True) -> RequestList:
        saved: RequestList = super().save(commit)
        publish("request-list", saved.pk)
        return saved

    def clean_prefix(self) -> str:
        return clean_prefix(self.cleaned_data["prefix"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        client, project = data.get("client") or self.instance.client_id, data.get("project")
        if client and project and project.client_id != getattr(client, "pk", client):
            self.add_error("project", "This project is for another client.")
        return data


def clean_prefix(text: str) -> str:
    prefix = text.strip().upper()
    if not re.fullmatch(r"[A-Z0-9]+", prefix):
        raise ValidationError("Use letters and digits only, such as PBC.")
    return prefix
