"""Text that is encrypted before it leaves the application: tax numbers and the like."""

import hashlib
import hmac
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


def rotated(token: str) -> str:
    """The same, encrypted with the newest key."""
    try:
        return cipher().rotate(token.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured("Something was encrypted with a key that FIELD_ENCRYPTION_KEYS lacks.") from None


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


class BlindIndexField(models.CharField):
    """A keyed hash of an encrypted field of the same row, by which equal values are found without reading any.

    The firm is part of it: the same number in two firms has two hashes.
    """

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        kwargs |= {"max_length": 64, "blank": True, "default": "", "db_default": "", "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = blind_index(getattr(model_instance, self.source), model_instance.organization_id)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value


def blind_index(text: str, firm: Any) -> str:
    """Empty for nothing; spaces, dots and case do not count. A key of its own makes it, or else the oldest of those that
    encrypt: new keys come in front, and equal values must stay equal while they do."""
    plain = "".join(filter(str.isalnum, text)).upper()
    if not plain:
        return ""
    cipher()
    key = (settings.FIELD_HASH_KEY or settings.FIELD_ENCRYPTION_KEYS[-1]).encode()
    return hmac.new(key, f"{firm} {plain}".encode(), hashlib.sha256).hexdigest()
