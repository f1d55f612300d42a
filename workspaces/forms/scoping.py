from typing import Any, cast

from django import forms
from django.db.models import Q

from accounts.plain_text import validate_plain_text
from billing.features import F
from clients.forms.people import offer
from clients.forms.row_form import RowForm
from clients.models import Client
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ScopingSession
from workspaces.scoping import copying, saving

MOST_TAGS = 20


class TagsField(forms.CharField):
    """Words between commas, kept small and once each."""

    def prepare_value(self, value: Any) -> str:
        return ", ".join(value) if isinstance(value, list) else value or ""

    def to_python(self, value: Any) -> Any:
        words = [word.strip().lower() for word in (super().to_python(value) or "").split(",")]
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, value: Any) -> None:
        if len(value) > MOST_TAGS or any(len(word) > 40 for word in value):
            raise forms.ValidationError(f"Use at most {MOST_TAGS} tags of at most 40 characters.")

    def run_validators(self, value: Any) -> None:
        for word in value:
            validate_plain_text(word)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class ScopingSessionForm(RowForm):
    """What a session is about; its document is written on its own pages."""

    noun = "session"
    plan_feature = F.SCOPING_SESSIONS
    only_read = ("template",)
    tags = TagsField(required=False, help_text="Words between commas, such as erp, migration.")
    template = forms.ModelChoiceField(
        ScopingSession.objects.none(), label="Begin with", required=False, empty_label="An empty session",
    )  # fmt: skip

    class Meta:
        model = ScopingSession
        fields = ["title", "client", "session_type", "owner", "tags"]
        help_texts = {"client": "Whoever may see the client sees the session."}

    field_order = ("title", "client", "template", "session_type", "owner", "tags")

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        field = cast("forms.ModelChoiceField", self.fields["client"])
        able = Client.objects.visible_to(member)
        field.queryset = able.exclude(status=Client.Status.ARCHIVED).order_by("name") | able.filter(
            pk=self.instance.client_id
        ).order_by("name")
        field.empty_label = "No client yet"
        able_members = [m.pk for m in Membership.objects.active().with_roles() if m.can(Permission.WRITE_SCOPING)]
        people = Membership.objects.filter(Q(pk__in=able_members) | Q(pk=self.instance.owner_id))
        offer(self.fields["owner"], people.order_by("display_name", "id"), "Nobody")
        templates = ScopingSession.objects.visible_to(member).filter(is_template=True).without_document()
        if self.instance._state.adding and templates.exists():
            cast("forms.ModelChoiceField", self.fields["template"]).queryset = templates.order_by("title", "uuid")
        else:
            del self.fields["template"]

    def clean(self) -> dict[str, Any]:
        """The person who leads it has to see it."""
        data = super().clean()
        client, owner = data.get("client"), data.get("owner")
        if client and owner and not Client.objects.visible_to(owner).filter(pk=client.pk).exists():
            self.add_error("owner", f"{owner} may not see this client.")
        return data

    def takes_place(self, data: dict[str, Any]) -> bool:
        """A template is no session that anybody scopes, until somebody makes one of it."""
        is_new = self.instance._state.adding or self.instance.is_template
        return is_new and data.get("session_type") != ScopingSession.Kind.TEMPLATE

    def save(self, commit: bool = True) -> ScopingSession:
        session: ScopingSession = self.instance
        session.is_template = session.session_type == ScopingSession.Kind.TEMPLATE
        if not session._state.adding:
            return saving.describe(session, by=self.member)
        template = self.cleaned_data.get("template")
        if template is None:
            return saving.create(session, by=self.member)
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return copying.duplicate(template, by=self.member, uuid=session.pk, **values)
