"""allauth's forms in our words: a label above, a hint below, no placeholder, one password field with an eye."""

import math
from typing import Any

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts import sign_up
from accounts.adapter import LONGEST_EMAIL, LONGEST_PASSWORD, came_from
from accounts.claimed_addresses import drop_claims, reached_at
from accounts.models import User
from accounts.plain_text import validate_plain_text
from accounts.sign_in_lock import seconds_left
from tenancy.context import alias_for, current

CHOOSING_WELL = "At least 10 characters. Four unrelated words are easy to remember and hard to guess."

#: What to do about a refused sign-in, by the code of the error.
ADVICE = {
    "email_password_mismatch": "Check both and try again. After 5 wrong tries we pause sign-in for 5 minutes, then longer.",
    "too_many_login_attempts": (
        "There were too many wrong tries. Try again in {}, or choose a new password. "
        "If the address has an account, we mailed it a link that lifts the pause at once."
    ),
}


class OurWords:
    """Labels and hints by field name; whatever is not named keeps allauth's label and has no hint."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields: dict[str, forms.Field]
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.label, field.help_text = self.words.get(name, (field.label, ""))
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.attrs["maxlength"] = LONGEST_PASSWORD


class LoginForm(OurWords, allauth.LoginForm):
    words = {"login": ("Work email", ""), "password": ("Password", "")}
    advice = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "maxlength": LONGEST_EMAIL}

    def clean(self) -> dict[str, Any]:
        if len(self.cleaned_data.get("password", "")) > LONGEST_PASSWORD:
            self.add_error("password", f"A password has at most {LONGEST_PASSWORD} characters.")
        try:
            return super().clean()
        except ValidationError as error:
            self.advice = ADVICE.get(error.code or "", "").format(self._wait())
            marked = {"class": "is-invalid", "aria-invalid": "true", "aria-describedby": "form-error"}
            self.fields["password"].widget.attrs |= marked
            raise

    def _wait(self) -> str:
        """The same for every address that was tried as often, whether it has an account or not."""
        minutes = math.ceil(seconds_left(context.request, self.cleaned_data.get("login", "")) / 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes else "a few minutes"


class SignupForm(OurWords, allauth.SignupForm):
    words = {
        "full_name": ("Your name", "As colleagues and clients see it."),
        "email": ("Work email", ""),
        "password1": ("Password", CHOOSING_WELL),
    }
    full_name = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}), validators=[validate_plain_text]
    )
    field_order = ["full_name", "email", "password1"]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        invited = "" if sign_up.is_open() else sign_up.invited_address(came_from(context.request))
        if invited and email.lower() != invited.lower():
            raise ValidationError(f"New accounts are for invited people at the moment. Use {invited}.")
        return email

    def validate_unique_email(self, value: str) -> str:
        drop_claims(value)
        return super().validate_unique_email(value)

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """One account or none. Of two presses at once the later one is answered like any known address."""
        try:
            with transaction.atomic(using=alias_for(current().surface)):
                saved = super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            saved = super().try_save(request)
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])  # takes as long as making an account does
        return saved

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.first_name, _, user.last_name = user.full_name.partition(" ")
        user.first_name, user.last_name = user.first_name[:100], user.last_name[:100]
        user.save(update_fields=["full_name", "first_name", "last_name"])


class AddEmailForm(OurWords, allauth.AddEmailForm):
    words = {"email": ("Another address", "We send it a link to confirm.")}


class ResetPasswordForm(OurWords, allauth.ResetPasswordForm):
    words = {"email": ("Work email", "")}
    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = reached_at(email, self.users)
        return email


class ResetPasswordKeyForm(OurWords, allauth.ResetPasswordKeyForm):
    words = {"password1": ("New password", CHOOSING_WELL)}


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    words = {"oldpassword": ("Current password", ""), "password1": ("New password", CHOOSING_WELL)}


class SetPasswordForm(OurWords, allauth.SetPasswordForm):
    words = {"password1": ("Password", CHOOSING_WELL)}


class ReauthenticateForm(OurWords, allauth.ReauthenticateForm):
    words = {"password": ("Password", "")}
