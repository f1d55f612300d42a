"""The form of one's own profile: two rows, a picture, and the mails one takes."""

import hashlib
import json
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import avatars
from accounts.locales import LOCALES
from accounts.models import User, UserProfile
from accounts.models.user import PICTURE_REMOVED
from accounts.notifications import KINDS, chosen, wants
from accounts.person_changes import person_changed
from accounts.plain_text import validate_plain_text
from look.forms import Switch
from tenancy.context import alias_for, current

REGIONS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
OF_USER = ("full_name", "first_name", "last_name", "timezone", "locale")
OF_PROFILE = ("job_title", "phone", "bio")
STALE = (
    "This profile was changed in another window while you were writing. What you typed is still here; it differs "
    "in: {}. Save again to keep your version."
)


def timezone_choices() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if name.startswith(REGIONS))
    return [("", "The firm’s time zone"), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def line(label: str, longest: int, *, hint: str = "", required: bool = False, complete: str = "") -> forms.CharField:
    attrs = {"autocomplete": complete} if complete else {}
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=hint, widget=forms.TextInput(attrs),
        validators=[validate_plain_text],
    )  # fmt: skip


class ProfileForm(forms.Form):
    """`seen` names the state that was shown when the form was drawn."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    full_name = line("Your name", 200, hint="As colleagues and clients see it.", required=True, complete="name")
    first_name = line("First name", 100, hint="How we greet you.", complete="given-name")
    last_name = line("Last name", 100, complete="family-name")
    job_title = line("Job title", 120, complete="organization-title")
    phone = line("Phone", 40, complete="tel")
    bio = forms.CharField(
        label="About you", max_length=2000, required=False, widget=forms.Textarea({"rows": 4}),
        help_text="At most 2,000 characters.",
    )  # fmt: skip
    picture = forms.FileField(
        label="Picture", required=False, help_text="JPEG, PNG or WebP, at most 5 MB. It is cut square.",
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    without_picture = forms.BooleanField(label="Remove the picture and show initials", required=False)
    timezone = forms.ChoiceField(
        label="Time zone", choices=timezone_choices, required=False,
        help_text="In which times are told to you. Due dates are days of the firm.",
    )  # fmt: skip
    locale = forms.ChoiceField(
        label="Dates and figures as in", choices=list(LOCALES.items()),
        help_text="The order of day and month, the clock, points and commas in figures. The words stay English.",
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, user: User, profile: UserProfile) -> None:
        self.user, self.profile, self.is_stale = user, profile, False
        shown = {name: getattr(user, name) for name in OF_USER} | {name: getattr(profile, name) for name in OF_PROFILE}
        if shown["locale"] not in LOCALES:
            shown["locale"] = "en-gb"
        shown |= {f"mail_{kind}": wants(user, kind) for kind in KINDS}
        self.state = hashlib.sha256(json.dumps([shown, user.avatar], sort_keys=True).encode()).hexdigest()[:16]
        super().__init__(data, files, initial={**shown, "seen": self.state})
        for kind, label in KINDS.items():
            self.fields[f"mail_{kind}"] = forms.BooleanField(label=label, required=False, widget=Switch())

    @property
    def mail_fields(self) -> list[forms.BoundField]:
        return [self[f"mail_{kind}"] for kind in KINDS]

    def clean_bio(self) -> str:
        for row in self.cleaned_data["bio"].splitlines():
            validate_plain_text(row.replace("\t", " "))
        return self.cleaned_data["bio"]

    def clean_picture(self) -> bytes | None:
        upload = self.cleaned_data["picture"]
        return avatars.square(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") != self.state:
            self.is_stale = True
            labels = [str(self.fields[name].label) for name in self.changed_data if name != "seen"]
            self.add_error(None, ValidationError(STALE.format(", ".join(labels) or "nothing")))
        return data

    def save(self) -> None:
        """Both rows and the picture, in the transaction of the request; firms follow the commit."""
        data, user = self.cleaned_data, self.user
        for name in OF_USER:
            setattr(user, name, data[name])
        for name in OF_PROFILE:
            setattr(self.profile, name, data[name])
        user.notification_settings = chosen(user.notification_settings, {kind: data[f"mail_{kind}"] for kind in KINDS})
        old = user.avatar
        if picture := data["picture"]:
            user.avatar = avatars.keep(user.pk, picture)
            self.profile.profile_data.pop(PICTURE_REMOVED, None)
        elif data["without_picture"]:
            user.avatar = ""
            self.profile.profile_data[PICTURE_REMOVED] = True
        user.save(update_fields=[*OF_USER, "avatar", "notification_settings"])
        self.profile.save()
        person_changed(user)
        if old != user.avatar:  # after the firms' copies, which show the old one until then
            transaction.on_commit(lambda: avatars.discard(user.pk, old), using=alias_for(current().surface))
