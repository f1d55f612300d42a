import re
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts import policies
from organizations.models import Membership
from organizations.sign_in_policy import SignInPolicy

DOMAIN = re.compile(r"^(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")


class SignInPolicyForm(forms.Form):
    """Nobody can close the door on themselves: who asks for a provider has to have come in by it."""

    mark_optional = False

    mfa_from = forms.DateField(
        label="Second factor needed from",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="From this day members sign in with a code or a passkey as well. Empty: not needed.",
    )
    trusted_devices = forms.BooleanField(
        label="A trusted device is enough",
        required=False,
        help_text="Who has typed a code on their device and trusts it need not type another there for 30 days.",
    )
    sso_from = forms.DateField(
        label="Single sign-on needed from",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="From this day members with an address in the domains below sign in there. Empty: not needed.",
    )
    sso_provider = forms.ChoiceField(label="Where they sign in", required=False)
    sso_domains = forms.CharField(
        label="Domains of your firm",
        required=False,
        max_length=1000,
        help_text="Separated by commas, such as firm.example.",
    )

    def __init__(self, *args: Any, request: HttpRequest, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.member = request, member
        providers = [(app.provider_id, app.name) for app in get_adapter().list_apps(request)]
        self.fields["sso_provider"].choices = [("", "Choose"), *providers]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(policy: SignInPolicy) -> dict[str, Any]:
        return {
            "mfa_from": policy.mfa_from,
            "trusted_devices": policy.trusted_devices,
            "sso_from": policy.sso_from,
            "sso_provider": policy.sso_provider,
            "sso_domains": ", ".join(policy.sso_domains),
        }

    def clean_mfa_from(self) -> Any:
        day = self.cleaned_data["mfa_from"]
        if day and not policies.mfa_is_installed():
            raise ValidationError("Second factors are not switched on in this installation.")
        return day

    def clean_sso_domains(self) -> tuple[str, ...]:
        words = [word.strip().lower() for word in self.cleaned_data["sso_domains"].split(",") if word.strip()]
        if wrong := [word for word in words if not DOMAIN.match(word)]:
            raise ValidationError(f"“{wrong[0]}” is not a domain. Write it like firm.example.")
        return tuple(dict.fromkeys(words))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors or not data.get("sso_from"):
            return data
        if not data["sso_provider"]:
            self.add_error("sso_provider", "Choose where members sign in.")
        if not data["sso_domains"]:
            self.add_error("sso_domains", "Name at least one domain.")
        if not self.errors and self._closes_the_door():
            self.add_error("sso_provider", "Sign in there yourself first: then you know that it works.")
        return data

    def _closes_the_door(self) -> bool:
        return self.policy().lacks_provider(self.request, self.member)

    def policy(self) -> SignInPolicy:
        return SignInPolicy(**self.cleaned_data)
