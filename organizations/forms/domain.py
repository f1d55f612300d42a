from typing import Any

from django import forms

from organizations.domain_names import plain_domain, validate_company_domain
from organizations.forms.base import TenantModelForm
from organizations.models import Membership, OrganizationDomain
from organizations.models.domain import JOIN_ROLES


class DomainForm(TenantModelForm):
    """A new domain; nothing counts before it is proven."""

    class Meta:
        model = OrganizationDomain
        fields = ["domain"]
        widgets = {"domain": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}
        help_texts = {"domain": "What stands after the @ in your work addresses, such as harcourtpell.example."}
        error_messages = {"domain": {"max_length": "Write a domain, such as harcourtpell.example."}}

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = by

    def clean_domain(self) -> str:
        name = plain_domain(self.cleaned_data["domain"])
        validate_company_domain(name)
        if OrganizationDomain.objects.filter(domain=name).exists():
            raise forms.ValidationError(f"{name} is in your list already.")
        return name


class JoiningForm(TenantModelForm):
    """What people with an address on a proven domain may do: never more than whoever decides it."""

    mark_optional = False

    class Meta:
        model = OrganizationDomain
        fields = ["auto_join_role", "verification_required"]

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grantable = dict(by.grantable_roles())
        roles = [(value, f"Join as {label.lower()}") for value, label in JOIN_ROLES if value in grantable]
        self.fields["auto_join_role"].choices = [("", "Join by invitation only"), *roles]  # type: ignore[attr-defined]


class CodeAddressForm(forms.Form):
    email = forms.EmailField(label="Address on the domain", max_length=254)


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"})
    )
