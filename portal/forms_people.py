"""Forms of the portal about people: oneself, and colleagues."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.plain_text import validate_plain_text
from clients.models import ClientContact, InformationRequest
from look.forms import Switch
from organizations.forms.firm import timezone_choices
from portal.languages import LANGUAGES
from portal.models import PortalPreference

REMINDERS = [
    (PortalPreference.Reminders.EACH, _("When something is due, once a day at most")),
    (PortalPreference.Reminders.WEEKLY, _("Once a week at most")),
    (PortalPreference.Reminders.OFF, _("None")),
]


class PreferenceForm(forms.ModelForm):
    name = forms.CharField(label=_("Your name"), max_length=200, validators=[validate_plain_text])
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As my browser asks")), *LANGUAGES]
    )
    timezone = forms.ChoiceField(label=_("Time zone"), required=False)
    notifications = forms.BooleanField(
        label=_("Mails about new requests"), required=False, widget=Switch,
        help_text=_("Off, you get no mails at all but the links and codes you ask for."),
    )  # fmt: skip
    mail_returned = forms.BooleanField(label=_("Mails when something I sent comes back"), required=False, widget=Switch)
    reminders = forms.ChoiceField(label=_("Reminders"), choices=REMINDERS, widget=forms.RadioSelect)

    class Meta:
        model = PortalPreference
        fields = ["name", "language", "timezone", "notifications", "mail_returned", "reminders"]

    def __init__(self, *args: Any, contact: ClientContact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact, self.mark_optional = contact, False
        self.initial["name"] = contact.name
        firms = _("As %(firm)s: %(zone)s") % {"firm": contact.organization.name, "zone": contact.organization.timezone}
        self.fields["timezone"].choices = [("", firms), *timezone_choices()]  # type: ignore[attr-defined]

    @transaction.atomic
    def save(self, commit: bool = True) -> PortalPreference:
        if "name" in self.changed_data:
            ClientContact.objects.filter(pk=self.contact.pk).update(name=self.cleaned_data["name"])
        return super().save(commit)


class ColleagueForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, validators=[validate_plain_text])
    email = forms.EmailField(label=_("Email"), max_length=254)

    def __init__(self, *args: Any, contact: ClientContact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if ClientContact.objects.filter(client=self.contact.client_id, email__iexact=email).exists():
            raise ValidationError(_("Somebody with this address is here already."))
        asked = self.contact.client.colleague_invitations.filter(email__iexact=email, status="pending")
        if asked.exists():
            raise ValidationError(_("You have asked for this address already. The answer is on its way."))
        return email


class SharingForm(forms.Form):
    """Some requests, and who is to answer them: a colleague, or nobody in particular."""

    requests = forms.ModelMultipleChoiceField(
        queryset=InformationRequest.objects.none(),
        error_messages={
            "required": _("Choose one or more first."),
            "invalid_choice": _("One of these was sent or closed meanwhile. Look again."),
        },
    )
    to = forms.ModelChoiceField(queryset=ClientContact.objects.none(), required=False)

    def __init__(self, *args: Any, requests: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"].queryset = requests  # type: ignore[attr-defined]
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
