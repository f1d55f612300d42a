from clients.models import ClientContact
from look.forms import Switch
from organizations.forms.base import TenantModelForm


class ContactForm(TenantModelForm):
    constrained = (*TenantModelForm.constrained, "client")

    class Meta:
        model = ClientContact
        fields = ["name", "email", "title", "phone", "is_primary", "portal_access"]
        widgets = {"is_primary": Switch, "portal_access": Switch}
        help_texts = {"portal_access": "They answer requests by a link we mail, without a password."}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    @property
    def ends_access(self) -> bool:
        """Whether links and sessions that the contact has now are another's, or nobody's."""
        return "email" in self.changed_data or not self.cleaned_data["portal_access"]
