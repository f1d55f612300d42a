from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from clients.models import ClientContact
from conversations.people import listed
from look.forms import DateInput
from workspaces.models import SessionShare

LONGEST = 180
Part = SessionShare.Part
WHOLE = {Part.SOW, Part.LOE, Part.PRICES}


def _with_address(obj: ClientContact) -> str:
    return f"{obj.name}, {obj.email}"


class ShareForm(forms.Form):
    """Who may read what of a session, until when."""

    contacts = forms.ModelMultipleChoiceField(
        ClientContact.objects.none(), label="Mail it to", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Each gets a link of their own.",
    )  # fmt: skip
    name = forms.CharField(
        label="Make a link for", max_length=120, required=False, validators=[validate_plain_text],
        help_text="Whom you give it to yourself. It is shown once.",
    )  # fmt: skip
    shows = forms.MultipleChoiceField(
        label="What they read", choices=Part, widget=forms.CheckboxSelectMultiple, initial=list(Part),
        help_text="Without prices, no amount leaves us: not in the table, and not in the texts.",
    )  # fmt: skip
    uploads_seen = forms.BooleanField(label="I have looked: no uploaded picture tells a price", required=False)
    may_accept = forms.BooleanField(
        label="They may accept it", required=False, initial=True,
        help_text="Their acceptance makes the project, its tasks and the list of what is still open.",
    )  # fmt: skip
    expires_on = forms.DateField(label="Until", widget=DateInput, help_text="The link works to the end of this day.")
    passcode = forms.CharField(
        required=False, min_length=6, max_length=100, widget=forms.TextInput({"autocomplete": "off"}),
        help_text="Tell them another way than the link.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, uploaded: Sequence[str] = (), contacts: QuerySet[ClientContact] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        mailed = cast("forms.ModelMultipleChoiceField", self.fields["contacts"])
        if contacts is None or not contacts.exists():
            del self.fields["contacts"]
            self.fields["name"].required = True
        else:
            mailed.queryset = contacts
            mailed.label_from_instance = _with_address  # type: ignore[method-assign]
        self.uploaded = listed([f"“{title}”" for title in uploaded])
        self.fields["uploads_seen"].help_text = f"Uploaded, and shown as it is: {self.uploaded}."
        if not uploaded:
            del self.fields["uploads_seen"]
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=30)

    def clean_expires_on(self) -> Any:
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=LONGEST):
            raise forms.ValidationError(f"Choose a day from today to {LONGEST} days from now.")
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "contacts" in self.fields and not data.get("contacts") and not data.get("name") and not self.errors:
            self.add_error("contacts", "Choose whom to mail it to, or say below for whom the link is.")
        if data.get("may_accept") and not set(data.get("shows") or ()) >= WHOLE:
            self.add_error("may_accept", "Who accepts has to see the statement of work, the effort and its prices.")
        shown = set(data.get("shows") or ())
        if self.uploaded and Part.VISUALS in shown and Part.PRICES not in shown and not data.get("uploads_seen"):
            self.add_error(
                "uploads_seen",
                f"Prices are left out, and nothing can be left out of {self.uploaded}. Look at it first.",
            )
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        start = timezone.make_aware(datetime.combine(data["expires_on"], time.min))
        return {
            "name": data["name"], "shows": data["shows"], "may_accept": data["may_accept"],
            "passcode": data["passcode"], "expires_at": start + timedelta(days=1),
        }  # fmt: skip


class PasscodeForm(forms.Form):
    passcode = forms.CharField(max_length=100, widget=forms.PasswordInput({"autocomplete": "off"}))


class AcceptanceForm(forms.Form):
    name = forms.CharField(
        label="Your full name", max_length=120, min_length=3, validators=[validate_plain_text],
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    consent = forms.BooleanField(
        label="I may accept this for the client named above, and I accept it.",
        error_messages={"required": "Check this to accept."},
    )  # fmt: skip
