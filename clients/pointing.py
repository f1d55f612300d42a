"""The tables that name a client, found from the models: a table added tomorrow is moved and looked at like the others."""

from typing import Any

from clients.models import Client, ClientImportRow
from tenancy.expected import isolation_of


def is_append_only(model: Any) -> bool:
    """Its rows never change: they stay with the client they were written for."""
    isolation = isolation_of(model)
    return isolation is not None and bool(isolation.options["append_only"])


def pointing_at_clients() -> list[tuple[Any, str]]:
    """Each table with the field that names the client, without history and the log of an import."""
    relations = [(relation.related_model, relation.field.name) for relation in Client._meta.related_objects]
    return [(model, name) for model, name in relations if model is not ClientImportRow and not is_append_only(model)]
