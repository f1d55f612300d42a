"""Everything a firm has, in one zip: a file of JSON lines for each table, the stored files, and what each of them is.

    tables/clients.jsonl     one row a line: column → value; encrypted columns in plain words
    files/org/…              the stored files, at the keys the rows name
    schema.json              table → its columns, what each holds, and which table's ids it names
    manifest.json            path → bytes, SHA-256 and, of a table, rows

Each table is read in a transaction of its own, so that a large firm holds up nobody; rows written meanwhile may be in
one table and not yet in another.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from audit.trigger import SKIPPED_TYPES
from clients.models import FirmExport
from clients.storage import is_ours
from tenancy.context import tenant
from tenancy.expected import tenant_models
from tenancy.management.column_words import column_words

PIECE = 500
BLOCK = 256 * 1024
#: Columns that name a stored file.
KEYS = ("storage_key", "thumbnail_key", "logo")
#: Hashes in these are what the rows are about; anywhere else they are of secrets, which open nothing elsewhere.
CHAIN = ("audit_chain_blocks",)

Tell = Callable[[int], None]


class Writer:
    """A zip and what is in it so far."""

    def __init__(self, file: IO[bytes], firm: UUID) -> None:
        self.archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.firm, self.manifest = firm, dict[str, dict[str, Any]]()
        self.keys: set[str] = set()
        self.rows = 0

    def add_table(self, model: type[models.Model]) -> None:
        rows, path = 0, f"tables/{model._meta.db_table}.jsonl"

        def lines() -> Iterator[bytes]:
            nonlocal rows
            for row in self._rows(model):
                rows += 1
                yield (json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n").encode()

        self._add(path, lines())
        self.manifest[path]["rows"] = rows
        self.rows += rows

    def add_file(self, key: str) -> None:
        with tenant(self.firm):
            if not is_ours(key):
                return
        if default_storage.exists(key):
            with default_storage.open(key) as file:
                self._add(f"files/{key}", iter(lambda: file.read(BLOCK), b""))

    def add_json(self, path: str, content: Any) -> str:
        written = json.dumps(content, indent=1, ensure_ascii=False).encode()
        self.archive.writestr(path, written)
        return hashlib.sha256(written).hexdigest()

    def _add(self, path: str, pieces: Iterator[bytes]) -> None:
        size, digest = 0, hashlib.sha256()
        with self.archive.open(path, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self.manifest[path] = {"bytes": size, "sha256": digest.hexdigest()}

    def _rows(self, model: type[models.Model]) -> Iterator[dict[str, Any]]:
        """In the order of the key, piece by piece: a server may hold no cursor between transactions."""
        fields, last = columns_of(model), None
        while True:
            with tenant(self.firm):
                rows = model._base_manager.order_by("pk")
                rows = rows.filter(pk__gt=last) if last else rows
                found = list(rows.values("pk", *(field.attname for field in fields))[:PIECE])
            for row in found:
                self.keys |= {row[name] for name in KEYS if row.get(name)}
                yield {field.column: plain(row[field.attname]) for field in fields}
            if len(found) < PIECE:
                return
            last = found[-1]["pk"]


def tables() -> list[type[models.Model]]:
    """Every table of the firm but the list of its exports."""
    found = [model for model in tenant_models() if model is not FirmExport]
    return sorted(found, key=lambda model: model._meta.db_table)


def columns_of(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if _is_told(field)]


def _is_told(field: Any) -> bool:
    if type(field).__name__ in SKIPPED_TYPES or field.generated:
        return False
    return not isinstance(field, models.BinaryField) or field.model._meta.db_table in CHAIN


def plain(value: Any) -> Any:
    return base64.b64encode(bytes(value)).decode() if isinstance(value, bytes | memoryview) else value


def write(file: IO[bytes], firm: UUID, tell: Tell, tell_parts: Tell) -> tuple[int, str]:
    """The whole zip; how many rows it holds, and the checksum of its manifest."""
    writer, done = Writer(file, firm), 0
    for model in tables():
        writer.add_table(model)
        tell(done := done + 1)
    tell_parts(done + len(writer.keys))
    for key in sorted(writer.keys):
        writer.add_file(key)
        tell(done := done + 1)
    writer.add_json("schema.json", {model._meta.db_table: described(model) for model in tables()})
    checksum = writer.add_json("manifest.json", {"organization": str(firm), "contents": writer.manifest})
    writer.archive.close()
    return writer.rows, checksum


def described(model: type[models.Model]) -> dict[str, Any]:
    return {
        "what": " ".join((model.__doc__ or "").split()),
        "columns": {
            field.column: {
                "type": field.get_internal_type(),
                "words": column_words(model, field),
                **({"names": field.related_model._meta.db_table} if field.related_model else {}),
            }
            for field in columns_of(model)
        },
    }
