"""Rows outside the firms that a firm's rows name, and what they are called in every installation alike.

Their ids are each installation's own. People are not among them: they are known by their addresses (`firm_import`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models

#: Model → the columns it is known by.
KNOWN_BY = {
    "auth.Permission": ("content_type__app_label", "codename"),
    "billing.Feature": ("key",),
    "billing.SubscriptionPlan": ("code",),
}


class Unknown(Exception):
    """A row that this installation does not have; the message is one sentence."""


def models_known() -> dict[str, tuple[type[models.Model], tuple[str, ...]]]:
    found = {apps.get_model(label): names for label, names in KNOWN_BY.items()}
    return {model._meta.db_table: (model, names) for model, names in found.items()}


def table_of(field: Any) -> str:
    """The table whose rows the column names, where that is one of these."""
    related = field.related_model
    return related._meta.db_table if related and related._meta.label in KNOWN_BY else ""


def told(table: str, ids: Iterable[Any]) -> dict[str, list[str]]:
    """Id → name, for the file."""
    model, names = models_known()[table]
    rows = model._base_manager.filter(pk__in=list(ids)).order_by("pk").values_list("pk", *names)
    return {str(row[0]): list(row[1:]) for row in rows}


def found(table: str, said: Mapping[str, list[str]]) -> dict[str, Any]:
    """Id in the file → id here. Raises Unknown."""
    model, names = models_known()[table]
    here = {}
    for key, name in said.items():
        pk = model._base_manager.filter(**dict(zip(names, name, strict=True))).values_list("pk", flat=True).first()
        if pk is None:
            raise Unknown(f"There is no {model._meta.verbose_name} “{'.'.join(name)}” here. Make it first.")
        here[key] = pk
    return here
