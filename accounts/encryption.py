"""Text that is encrypted before it leaves the application: tax numbers and the like."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VISIBLE = 4


def cipher() -> MultiFernet:
    """The first key encrypts, all of them decrypt: rotate by adding a key in front."""
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise ImproperlyConfigured("Set FIELD_ENCRYPTION_KEYS to at least one Fernet key.")
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


def encrypted(text: str) -> str:
    return cipher().encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    try:
        return cipher().decrypt(token.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured("A field was encrypted with a key that FIELD_ENCRYPTION_KEYS lacks.") from None


def masked(text: str) -> str:
    """All but the last four characters hidden; short values hidden whole."""
    return "•" * max(len(text) - VISIBLE, VISIBLE) + (text[-VISIBLE:] if len(text) > VISIBLE + 2 else "")


class EncryptedTextField(models.TextField):
    """Stores Fernet tokens. The empty string stays empty, so that “no number” needs no key."""

    sensitive = True

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypted(value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypted(value) if value else value
