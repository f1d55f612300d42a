"""allauth's forms of second factors in our words."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import OurWords
from accounts.plain_text import validate_plain_text
from accounts.second_factor import is_used_again
from accounts.trusted_devices import LASTS

LONGEST_NAME, LONGEST_CODE = 60, 20
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": LONGEST_CODE, "class": "tk-code-input"}


#: What the library raises on credentials that are none, besides its own refusals.
STUMBLES = (ArithmeticError, AttributeError, InvalidSignature, LookupError, TypeError, ValueError, struct.error)


@contextmanager
def refusing_stumbles() -> Iterator[None]:
    try:
        yield
    except STUMBLES as stumble:
        raise ValidationError(get_adapter().error_messages["not_a_passkey"], code="not_a_passkey") from stumble


class CodeForm(OurWords):
    words = {"code": ("6-digit code", "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= CODE


class ActivateTOTPForm(CodeForm, totp.ActivateTOTPForm):
    words = {"code": ("6-digit code", "As the app shows it now.")}


class OneUse(CodeForm):
    authenticator: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if is_used_again(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(OneUse, codes.AuthenticateForm):
    mark_optional = False
    words = {
        "code": ("Code", "6 digits from the app, or one of your recovery codes."),
        "trust": (
            f"Trust this device for {LASTS.days} days",
            "Here you are not asked for a code again. Not for a device that others use.",
        ),
    }
    trust = forms.BooleanField(required=False)


class ReauthenticateForm(OneUse, codes.ReauthenticateForm):
    words = {"code": ("Code", "6 digits from the app, or one of your recovery codes.")}


class NameForm(OurWords):
    mark_optional = False
    words = {"name": ("Name", "So that you tell your passkeys apart: “Work laptop”, “Phone”.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name: Any = self.fields["name"]
        name.max_length = name.widget.attrs["maxlength"] = LONGEST_NAME
        name.validators.append(validate_plain_text)

    def clean_name(self) -> str:
        name: str = getattr(super(), "clean_name", lambda: self.cleaned_data["name"])()  # type: ignore[attr-defined]
        return name[:LONGEST_NAME]


class CredentialForm:
    """What a browser sends for a passkey may be anything; the library stumbles over some of it."""

    def clean_credential(self) -> Any:
        with refusing_stumbles():
            return super().clean_credential()


class AuthenticatePasskeyForm(CredentialForm, passkeys.AuthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(CredentialForm, passkeys.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(CredentialForm, passkeys.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(NameForm, passkeys.AddWebAuthnForm):
    """Every key we make signs in by itself, so there is nothing to choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)

    def clean(self) -> dict[str, Any]:
        with refusing_stumbles():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class EditPasskeyForm(NameForm, passkeys.EditWebAuthnForm):
    pass
