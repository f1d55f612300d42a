"""Encrypting again, with the newest key, what older keys encrypted: after it, the older ones may be forgotten.

In small transactions, firm by firm, as a back-fill does it: stopped at any time, it goes on where it stopped. What is
filed under the newest key's fingerprint is done once for each key.
"""

import hashlib
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from accounts.encryption import BlindIndexField, EncryptedTextField, blind_index, rotated
from schema_changes.backfill import Backfill
from tenancy.expected import isolation_of

#: Back-fills of what is encrypted elsewhere than in a field of its own; the apps above add theirs.
others: list[type["Rotation"]] = []


class Rotation(Backfill):
    """All rows of one model that hold something encrypted."""

    columns: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.name = f"keys {fingerprint()} {self.model._meta.db_table}"

    def rows(self) -> models.QuerySet:
        filled = models.Q()
        for column in self.columns:
            filled |= ~models.Q(**{column: ""})
        return self.model._base_manager.filter(filled)

    def fill(self, batch: models.QuerySet) -> None:
        for row in batch:
            values: dict[str, Any] = {column: getattr(row, column) for column in self.columns}
            for field in self.model._meta.concrete_fields:
                if isinstance(field, BlindIndexField):
                    values[field.name] = blind_index(getattr(row, field.source), row.organization_id)
            self.model._base_manager.filter(pk=row.pk).update(**values)


class SecondFactors(Rotation):
    """Secrets of authenticator apps and recovery codes lie in a document, and in no firm."""

    as_owner = "second factors belong to people, not to firms"
    model: Any

    def __init__(self) -> None:
        self.model = apps.get_model("mfa.Authenticator")
        super().__init__()

    def rows(self) -> models.QuerySet:
        return self.model._base_manager.filter(type__in=["totp", "recovery_codes"])

    def fill(self, batch: models.QuerySet) -> None:
        for row in batch:
            again: dict[str, Any] = {name: rotated(row.data[name]) for name in ("secret", "seed") if row.data.get(name)}
            codes = row.data.get("migrated_codes")
            again |= {"migrated_codes": [rotated(code) for code in codes]} if codes else {}
            self.model._base_manager.filter(pk=row.pk).update(data={**row.data, **again})


def rotations() -> list[Rotation]:
    elsewhere: list[type[Rotation]] = [SecondFactors, *others]
    return [
        *(_of(model) for model in apps.get_models() if _columns(model)),
        *(one() for one in elsewhere),
    ]


def fingerprint() -> str:
    """Names the newest key without telling anything of it."""
    return hashlib.sha256(settings.FIELD_ENCRYPTION_KEYS[0].encode()).hexdigest()[:12]


def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField))


def _of(model: type[models.Model]) -> Rotation:
    reason = "" if isolation_of(model) else "the table belongs to no firm"
    return type("Rotation", (Rotation,), {"model": model, "columns": _columns(model), "as_owner": reason})()
