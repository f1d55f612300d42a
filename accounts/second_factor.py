"""What allauth asks us about second factors: our words, our name on the device, secrets encrypted at rest."""

from collections.abc import Callable

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache

from accounts.encryption import decrypted, encrypted
from accounts.models import User

#: Of the apps above: who asks this person for a second factor, in sentences.
asked_for: list[Callable[[User], list[str]]] = []
#: As long as some clock within MFA_TOTP_TOLERANCE may take a code for a fresh one.
CODE_SECONDS = 90


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This did not match. Codes change every half minute, and each works once.",
        "not_a_passkey": "This passkey was not taken. Try again.",
        "unverified_email": "Confirm your addresses first.",
    }

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)

    def _get_site_name(self) -> str:
        return "Tickmark"

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"


def is_used_again(authenticator: Authenticator, code: str) -> bool:
    """allauth remembers a used code for its own half minute, but takes it a little longer."""
    if authenticator.type != Authenticator.Type.TOTP:
        return False
    return not cache.add(f"accounts.code:{authenticator.pk}:{code.strip()}", 1, timeout=CODE_SECONDS)
