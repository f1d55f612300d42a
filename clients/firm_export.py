"""Everything a firm has, in one zip: a file of JSON lines for each table, the stored files, and what each of them is.

    tables/clients.jsonl     one row a line: column → value; encrypted columns in plain words
    files/org/…              the stored files, at the keys the rows name
    schema.json              table → its columns, what each holds, and which table's ids it names
    names.json               rows of the platform that are named by id → what they are called in every installation
    manifest.json            path → bytes, SHA-256 and, of a table, rows; and files that rows name and the store lacks

All tables are as they were at one moment. Files are stored once and never changed; one that is purged meanwhile is told
as missing.
"""

import base64
import hashlib
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import IO, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Cast

from audit.trigger import SKIPPED_TYPES
from clients import firm_names
from clients.firm_moment import at_one_moment
from clients.models import FirmDeletion, FirmExport
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
FORMAT = 1

#: Is told, in numbers, how many tables and files there are and how many are done.
Tell = Callable[..., None]


@dataclass(frozen=True)
class Written:
    parts: int
    rows: int
    #: Of its manifest.
    checksum: str


class Writer:
    """A zip and what is in it so far."""

    def __init__(self, file: IO[bytes], firm: UUID) -> None:
        self.archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.firm, self.manifest = firm, dict[str, dict[str, Any]]()
        self.keys: set[str] = set()
        self.missing: list[str] = []
        self.named = defaultdict[str, set[Any]](set)
        self.rows = 0

    def add_table(self, model: type[models.Model]) -> None:
        rows, path = 0, f"tables/{model._meta.db_table}.jsonl"

        def lines() -> Iterator[bytes]:
            nonlocal rows
            for line in self._lines(model):
                rows += 1
                yield f"{line}\n".encode()

        self._add(path, lines())
        self.manifest[path]["rows"] = rows
        self.rows += rows

    def add_file(self, key: str) -> None:
        with tenant(self.firm):
            if not is_ours(key):
                return
        try:
            file = default_storage.open(key)
        except FileNotFoundError:
            self.missing.append(key)
            return
        with file:
            self._add(f"files/{key}", iter(lambda: file.read(BLOCK), b""))

    def add_json(self, path: str, content: Any) -> str:
        """Its checksum."""
        self._add(path, iter([json.dumps(content, indent=1, ensure_ascii=False).encode()]))
        return self.manifest[path]["sha256"]

    def _add(self, path: str, pieces: Iterator[bytes]) -> None:
        size, digest = 0, hashlib.sha256()
        with self.archive.open(path, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self.manifest[path] = {"bytes": size, "sha256": digest.hexdigest()}

    def _lines(self, model: type[models.Model]) -> Iterator[str]:
        """In the order of the key, piece by piece: a server may hold no cursor between transactions."""
        fields, last = columns_of(model), None
        plain_names = [field.attname for field in fields if not isinstance(field, models.JSONField)]
        documents = {text_of(field): Cast(field.attname, models.TextField()) for field in fields if text_of(field)}
        while True:
            with tenant(self.firm):
                rows = model._base_manager.order_by("pk").annotate(**documents)
                rows = rows.filter(pk__gt=last) if last else rows
                found = list(rows.values("pk", *plain_names, *documents)[:PIECE])
            for row in found:
                self._note(fields, row)
                yield "{" + ", ".join(f"{json.dumps(field.column)}: {word(field, row)}" for field in fields) + "}"
            if len(found) < PIECE:
                return
            last = found[-1]["pk"]

    def _note(self, fields: list[Any], row: dict[str, Any]) -> None:
        """Which files the row names, and which rows of the platform."""
        self.keys |= {row[name] for name in KEYS if row.get(name)}
        for field in fields:
            if (table := firm_names.table_of(field)) and row[field.attname]:
                self.named[table].add(row[field.attname])


def tables() -> list[type[models.Model]]:
    """Every table of the firm but what is about this installation alone: its exports, and wishes to be deleted here."""
    found = [model for model in tenant_models() if model not in (FirmExport, FirmDeletion)]
    return sorted(found, key=lambda model: model._meta.db_table)


def columns_of(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if _is_told(field)]


def _is_told(field: Any) -> bool:
    if type(field).__name__ in SKIPPED_TYPES or field.generated:
        return False
    return not isinstance(field, models.BinaryField) or field.model._meta.db_table in CHAIN


def text_of(field: Any) -> str:
    """Under which name a JSON column is read as the database writes it: Python would make 100.00 into 100.0."""
    return f"text_of_{field.attname}" if isinstance(field, models.JSONField) else ""


def word(field: Any, row: dict[str, Any]) -> str:
    """A column's value, as it stands in the file."""
    if name := text_of(field):
        return row[name] or "null"
    return json.dumps(plain(row[field.attname]), cls=DjangoJSONEncoder, ensure_ascii=False)


def plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | time):
        return value.isoformat()  # Django's encoder would cut it to milliseconds
    return value


def write(file: IO[bytes], firm: UUID, tell: Tell) -> Written:
    """The whole zip."""
    writer, models_told, done = Writer(file, firm), tables(), 0
    with at_one_moment(firm):
        for model in models_told:
            writer.add_table(model)
            tell(parts=len(models_told), parts_done=(done := done + 1))
        names = {table: firm_names.told(table, ids) for table, ids in sorted(writer.named.items())}
    parts = done + len(writer.keys)
    for key in sorted(writer.keys):
        writer.add_file(key)
        tell(parts=parts, parts_done=(done := done + 1))
    writer.add_json("schema.json", {model._meta.db_table: described(model) for model in models_told})
    writer.add_json("names.json", names)
    contents = dict(writer.manifest)
    manifest = {"format": FORMAT, "organization": str(firm), "contents": contents, "missing": writer.missing}
    checksum = writer.add_json("manifest.json", manifest)
    writer.archive.close()
    return Written(parts, writer.rows, checksum)


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
