"""Where documents lie: outside every web root, at keys that name the firm and are otherwise random."""

import posixpath
import secrets
from typing import Protocol, runtime_checkable

from django.core.files.storage import FileSystemStorage
from django.db.models import CheckConstraint, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from tenancy.context import current_tenant_id


class DocumentStorage(FileSystemStorage):
    """Files on the local disk. Never served by address: `clients.views.document` checks who asks, every time."""

    def url(self, name: str | None) -> str:
        raise NotImplementedError("Documents have no address of their own; link to the download view.")


@runtime_checkable
class SignsAddresses(Protocol):
    """A store that can hand a file out itself, at an address that works for a minute."""

    def signed_url(self, name: str, *, disposition: str, content_type: str) -> str: ...


IMPORTS = "imports"
PARTIAL = "partial"


def new_storage_key() -> str:
    """`org/<organization>/<random>`: cannot be guessed, and shows whose it is to whoever keeps the disk."""
    return f"org/{current_tenant_id()}/{secrets.token_hex(2)}/{secrets.token_urlsafe(24)}"


def is_ours(storage_key: str) -> bool:
    """Whether the key lies in the folder of the firm in force. The disk knows no firm, so whoever serves a file asks."""
    return storage_key.startswith(f"org/{current_tenant_id()}/") and posixpath.normpath(storage_key) == storage_key


def in_own_folder(column: str, *, name: str, folder: str = "org") -> CheckConstraint:
    """No row can name a file in another firm's folder: jobs that scan, read or delete files go by their rows."""
    text = TextField()
    own = Concat(Value(f"{folder}/", text), Cast("organization_id", text), Value("/", text), output_field=text)
    inside = Q(**{f"{column}__startswith": own}) & ~Q(**{f"{column}__contains": ".."})
    return CheckConstraint(condition=Q(**{column: ""}) | inside, name=name)


def is_waiting_here(import_key: str) -> bool:
    """Whether the key names an upload of the firm in force that waits to be imported."""
    return import_key.startswith(f"{IMPORTS}/{current_tenant_id()}/") and posixpath.normpath(import_key) == import_key


def new_import_key() -> str:
    """`imports/<organization>/<random>`: kept for a day at most, so apart from what is kept for years."""
    return f"{IMPORTS}/{current_tenant_id()}/{secrets.token_urlsafe(24)}"


def new_partial_folder() -> str:
    """`partial/<organization>/<random>`: the pieces of an upload that is not whole yet."""
    return f"{PARTIAL}/{current_tenant_id()}/{secrets.token_urlsafe(24)}"
