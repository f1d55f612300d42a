from typing import Any

from django import forms

from clients.forms.row_form import RowForm
from clients.models import ClientContact
from look.forms import Switch

ANYONE = "anyone"


class ContactForm(RowForm):
    noun = "contact"
    constrained = (*RowForm.constrained, "client")

    class Meta:
        model = ClientContact
        fields = ["name", "email", "title", "phone", "is_primary", "portal_access", "is_coordinator"]
        widgets = {"is_primary": Switch, "portal_access": Switch, "is_coordinator": Switch}
        help_texts = {
            "portal_access": "They answer requests by a link we mail, without a password.",
            "is_coordinator": "They see all that is asked of the client, pass requests on to colleagues and may ask for "
            "new ones. Others see what is asked of them, and of nobody in particular.",
        }

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    @property
    def ends_access(self) -> bool:
        """Whether links and sessions that the contact has now are another's, or nobody's."""
        return "email" in self.changed_data or not self.cleaned_data["portal_access"]


class ContactRemovalForm(forms.Form):
    """Who answers the open requests of somebody who leaves. Asked only where there are any."""

    requests_to = forms.ChoiceField(
        label="Who answers these requests now?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who answers these requests now."},
    )

    def __init__(self, *args: Any, contact: ClientContact, has_requests: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        others = ClientContact.objects.filter(client=contact.client_id).exclude(pk=contact.pk).order_by("name", "id")
        self.others = {str(other.pk): other for other in others}
        names = [(pk, other.name) for pk, other in self.others.items()]
        self.fields["requests_to"].choices = [*names, (ANYONE, "Anyone at the client")]  # type: ignore[attr-defined]
        if not has_requests:
            del self.fields["requests_to"]

    @property
    def successor(self) -> ClientContact | None:
        return self.others.get(self.cleaned_data.get("requests_to", ""))
