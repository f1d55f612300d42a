"""Databases a test may ruin: copies of this run's test databases, cast and all, reached by the usual aliases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Timer
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connections, models
from django.utils import timezone
from psycopg import sql

from tests.plugin import close_test_databases

OWNERS = {"default": "tickmark_owner", "marketing": "tickmark_marketing_owner"}


@contextmanager
def scratch_databases(aliases: tuple[str, ...] = ("default", "marketing")) -> Iterator[None]:
    """Every alias leads to its copy, as the owner, and back again at the end. The copy is dropped."""
    before = {alias: (connections[alias].settings_dict["NAME"], assumed(alias)) for alias in aliases}
    connections.close_all()
    for alias in aliases:
        connections[alias].creation.clone_test_db("scratch", verbosity=0)
        connections[alias].settings_dict["NAME"] = f"{before[alias][0]}_scratch"
        connections[alias].settings_dict["OPTIONS"]["assume_role"] = OWNERS[alias]
    try:
        close_test_databases()
        yield
    finally:
        connections.close_all()
        for alias, (name, role) in before.items():
            connections[alias].settings_dict["NAME"] = name
            connections[alias].settings_dict["OPTIONS"]["assume_role"] = role
            connections[alias].creation.destroy_test_db(suffix="scratch", verbosity=0)


@contextmanager
def another_session(alias: str = "default") -> Iterator[psycopg.Connection]:
    """The owner once more, on a connection and in a transaction of its own."""
    with psycopg.connect(**connections[alias].get_connection_params()) as session:
        session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNERS[alias])))
        yield session


@contextmanager
def released_after(seconds: float, session: psycopg.Connection) -> Iterator[None]:
    """Its locks, so that a test which is wrong fails instead of waiting for ever."""
    end = Timer(seconds, session.commit)
    end.start()
    yield
    end.cancel()
    end.join()


@contextmanager
def as_role(role: str, alias: str = "default") -> Iterator[None]:
    """New connections sign on as this role, as those of a server do."""
    options, before = connections[alias].settings_dict["OPTIONS"], assumed(alias)
    connections.close_all()
    options["assume_role"] = role
    yield
    connections.close_all()
    options["assume_role"] = before


def assumed(alias: str) -> str:
    return connections[alias].settings_dict["OPTIONS"]["assume_role"]


# --- rows -------------------------------------------------------------------------------------------------------

PLAIN = {
    models.UUIDField: uuid4,
    models.BooleanField: bool,
    models.DateTimeField: timezone.now,
    models.DateField: date.today,
    models.IntegerField: lambda: 1,
    models.DecimalField: lambda: 1,
    models.JSONField: dict,
    models.BinaryField: lambda: uuid4().bytes,
    models.Field: lambda: uuid4().hex[:12],
}


#: Where a rule of the table asks for more than a type says.
CHOSEN = {"plan_offers": {"currency": "GBP"}, "cms_media": {"content_type": "image/png"}}


def plain_row(model: type[models.Model], alias: str, **named: Any) -> models.Model:
    """A row of a table that has few rules of its own, so that no list of such tables has to be kept."""
    values = {field.name: _plain_value(field, alias) for field in model._meta.concrete_fields if _is_needed(field)}
    return model._base_manager.using(alias).create(**values | CHOSEN.get(model._meta.db_table, {}) | named)


def _is_needed(field: Any) -> bool:
    has_value = field.null or field.has_default() or field.has_db_default() or field.generated
    return not has_value and not isinstance(field, models.AutoField)


def _plain_value(field: Any, alias: str) -> Any:
    if field.is_relation:
        there = field.related_model._base_manager.using(alias).first()
        return there or plain_row(field.related_model, alias)
    if field.choices:
        return field.flatchoices[0][0]
    return next(value for kind, value in PLAIN.items() if isinstance(field, kind))()
