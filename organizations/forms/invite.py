from typing import Any

from django import forms

from organizations.invitations import MOST_AT_ONCE, addresses_in
from organizations.models import Membership


class InviteForm(forms.Form):
    emails = forms.CharField(
        label="E-mail addresses",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=f"One or many, up to {MOST_AT_ONCE}: a line each, or separated by commas.",
    )
    role = forms.ChoiceField(choices=[])

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = by.grantable_roles()  # type: ignore[attr-defined]
        self.fields["role"].initial = "member"

    def clean_emails(self) -> list[str]:
        emails = addresses_in(self.cleaned_data["emails"])
        if not any("@" in email for email in emails):
            raise forms.ValidationError("Write at least one e-mail address, such as priya@firm.example.")
        if len(emails) > MOST_AT_ONCE:
            raise forms.ValidationError(f"These are {len(emails)} addresses. Invite up to {MOST_AT_ONCE} at once.")
        return emails
