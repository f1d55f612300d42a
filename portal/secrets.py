"""Secrets that go out by mail or cookie. Only these digests are stored."""

import hashlib
import secrets

from django.utils.crypto import salted_hmac

from clients.models import ClientContact


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """Enough for a long random secret; a code of six digits needs `code_hash`."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def new_code() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


def code_hash(contact: ClientContact, code: str) -> bytes:
    """Keyed, so that whoever reads the table cannot try all million codes against it."""
    return salted_hmac("portal.code", f"{contact.pk}:{code}", algorithm="sha256").digest()
