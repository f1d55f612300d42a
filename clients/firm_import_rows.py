"""Rows of an export as rows of this installation."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts.encryption import BlindIndexField
from accounts.models import User
from clients import firm_names
from clients.firm_archive import Archive, ImportRefused
from clients.firm_export import KEYS, columns_of
from clients.firm_json import exact
from clients.key_rotation import readable_here
from clients.models import ClientMerge
from clients.storage import is_ours
from organizations.models import Membership

#: What holds only where the firm comes from. There it is paid by card, and there it has proven its domains: the records
#: are where they were, so that looking them up again is enough.
LEFT_BEHIND: dict[str, dict[str, Any]] = {
    "organizations": {"domain": ""},
    "organization_domains": {"verified_at": None},
    "subscriptions": {"stripe_customer_id": None, "stripe_subscription_id": None},
}


@dataclass
class Here:
    """What ids in the file are in this installation."""

    people: dict[str, User]
    platform: dict[str, dict[str, Any]]


def checked_rows(model: type[models.Model], archive: Archive) -> Iterator[dict[str, Any]]:
    """Each has the columns of the table and no others, and is of the firm, as are the files it names."""
    table, columns = model._meta.db_table, {field.column for field in columns_of(model)}
    for row in archive.rows(table):
        if row.keys() != columns:
            raise ImportRefused(f"A row of {table} has other columns than the table.")
        whose = row["organization_id"] if "organization_id" in row else row["id"]
        if whose != str(archive.firm):
            raise ImportRefused(f"A row of {table} is of another firm.")
        if any(row.get(name) and not is_ours(row[name]) for name in KEYS):
            raise ImportRefused(f"A row of {table} names a file that is not the firm’s.")
        yield row | LEFT_BEHIND.get(table, {})


def instances(model: type[models.Model], archive: Archive, here: Here) -> Iterator[models.Model]:
    fields = columns_of(model)
    secret = [f for f in model._meta.concrete_fields if isinstance(f, models.BinaryField) and f not in fields]
    lost = [f for f in secret if not f.null]
    for row in checked_rows(model, archive):
        if model is ClientMerge:
            row["moved"] = readable_here(row["moved"])
        hashes = {f.attname: secrets.token_bytes(f.max_length or 32) for f in lost}  # of nothing, so they open nothing
        made = model(**hashes, **{f.attname: value(f, row[f.column], here) for f in fields})
        for column in fields:
            if isinstance(column, BlindIndexField):
                column.pre_save(made, add=True)  # by the key of this installation
        if model is Membership:
            made.avatar = here.people[row["user_id"]].avatar  # type: ignore[attr-defined]  # not in an export
        yield made


def value(column: Any, said: Any, here: Here) -> Any:
    if isinstance(column, models.JSONField):
        return exact(said, is_null=column.null)
    if said is None:
        return None
    if column.related_model is User:
        return here.people[said].pk
    if table := firm_names.table_of(column):
        return here.platform[table][str(said)]
    return column.to_python(said)
