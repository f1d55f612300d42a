"""System checks of the two walls. `manage.py check` asks the code, `manage.py check --database owner` the database too."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections, models
from django.db.models.constraints import UniqueConstraint

from tenancy.catalogue import RULES, violations
from tenancy.expected import isolation_of, parameters, tenant_models
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.platform import platform_tables
from tenancy.router import MARKETING

BACKEND = "tenancy.backend"
ORGANIZATION = ("organization", "organization_id")

#: Indexes that rightly do not start with the organization: a look-up runs before a firm is known.
LOOKUP_INDEXES = {
    "invitation_token_hash": "app.invitation_by_token() finds an invitation by the hash of its secret",
    "access_token_hash": "app.access_token_by_hash() finds a token by its hash",
    "client_contacts_key": "app.contact_by_portal_key() finds a contact by the key in the portal's address",
    "organizations.Membership.user": "app.my_organizations() finds the memberships of one person",
}


Model = type[models.Model]


# --- the code ---------------------------------------------------------------------------------------------------


@register(Tags.models)
def check_models(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    models_ = [model for model in apps.get_models(include_auto_created=True) if _asked_for(model, app_configs)]
    rules = (
        unplaced,
        plain_foreign_keys,
        links_past_the_organization,
        keys_without_organization,
        keys_no_cluster_takes,
        open_managers,
    )
    return [message for model in models_ for rule in rules for message in rule(model)]


def unplaced(model: Model) -> Iterator[Error]:
    """Every table is a firm's, the platform's by name, or the marketing site's; a view asks as its reader."""
    meta = model._meta
    is_view = not meta.managed and meta.db_table in settings.TENANCY_VIEWS
    known = isolation_of(model) or meta.proxy or is_view or meta.app_label == MARKETING
    if not known and meta.db_table not in {table.name for table in platform_tables()}:
        yield Error(
            f"{meta.label} belongs to no firm and its table is not in the platform list.",
            hint="Derive it from TenantModel, or add the table with its grants to TENANCY_PLATFORM_TABLES.",
            obj=model, id="tenancy.E001",
        )  # fmt: skip


def plain_foreign_keys(model: Model) -> Iterator[Error]:
    if not isolation_of(model):
        return
    for field in model._meta.local_fields:
        if not isinstance(field, models.ForeignKey):
            continue
        target = isolation_of(field.related_model)
        if target and not is_root(field.related_model) and not isinstance(field, TenantForeignKey):
            yield Error(f"{field} can point at another firm's row: use TenantForeignKey.", obj=field, id="tenancy.E002")
        if isinstance(field, TenantForeignKey) and not target:
            yield Error(f"{field} is a TenantForeignKey to a table outside the firms.", obj=field, id="tenancy.E003")


def links_past_the_organization(model: Model) -> Iterator[Error]:
    meta = model._meta
    ends = [field.related_model for field in meta.local_fields if isinstance(field, models.ForeignKey)]
    if meta.auto_created and any(isolation_of(end) for end in ends):
        yield Error(
            f"{meta.label} links firms' rows without their organization: write the through model.",
            obj=model, id="tenancy.E004",
        )  # fmt: skip
    for field in meta.private_fields if isolation_of(model) else ():
        if type(field).__name__ == "GenericForeignKey":
            yield Error(f"{meta.label}.{field.name} is a key no database checks.", obj=model, id="tenancy.E005")


def keys_without_organization(model: Model) -> Iterator[Error]:
    """A unique key shared by all firms tells one firm what another has; an index without the firm serves no policy."""
    if not isolation_of(model) or is_root(model):
        return
    for name, first in (*_constraint_keys(model), *_index_keys(model), *_field_keys(model)):
        if first not in ORGANIZATION and name not in LOOKUP_INDEXES:
            yield Error(f"{model._meta.label}: {name} must start with the organization.", obj=model, id="tenancy.E006")


def keys_no_cluster_takes(model: Model) -> Iterator[Error]:
    """What the catalogue rules say of the database, said of the model before there is a migration (docs/scaling.md)."""
    ours = isolation_of(model)
    for field in model._meta.local_concrete_fields:
        if ours and isinstance(field, models.AutoField):
            yield Error(f"{field} counts across firms: use a UUID, or a number per firm.", obj=field, id="tenancy.E008")
        if not isinstance(field, models.ForeignKey):
            continue
        if ours and field.remote_field.on_delete in (models.DB_SET_NULL, models.DB_SET_DEFAULT):
            yield Error(
                f"{field} is emptied by the database: that takes the organization too.", obj=field, id="tenancy.E009"
            )
        target = field.related_model
        if not ours and isolation_of(target) and not is_root(target):
            yield Error(f"{field} leads from a platform table into a firm's rows.", obj=field, id="tenancy.E012")


def open_managers(model: Model) -> Iterator[Error]:
    if not isolation_of(model):
        return
    managers = {manager.name: manager for manager in model._meta.managers}
    managers["_base_manager"] = model._base_manager
    for name, manager in managers.items():
        if not isinstance(manager, TenantManager):
            yield Error(f"{model._meta.label}.{name} is not a TenantManager.", obj=model, id="tenancy.E007")


def is_root(model: Model) -> bool:
    """The organization itself, whose key is the tenant."""
    isolation = isolation_of(model)
    return isolation is not None and isolation.options["column"] == model._meta.pk.column


def _constraint_keys(model: Model) -> Iterator[tuple[str, str]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield constraint.name, _first(constraint.fields, constraint.expressions)
    for fields in model._meta.unique_together:
        yield "unique_together", fields[0]


def _index_keys(model: Model) -> Iterator[tuple[str, str]]:
    for index in model._meta.indexes:
        yield index.name, _first(index.fields, index.expressions)


def _field_keys(model: Model) -> Iterator[tuple[str, str]]:
    fields: Any = model._meta.local_concrete_fields
    for field in fields:
        shared_index = field.db_index and not isinstance(field, TenantForeignKey)
        if not field.primary_key and (field.unique or shared_index):
            yield str(field), field.name


def _first(fields: Sequence[str], expressions: Sequence[Any]) -> str:
    return fields[0] if fields else getattr(expressions[0], "name", "")


def _asked_for(model: Model, app_configs: Iterable[Any] | None) -> bool:
    return app_configs is None or model._meta.app_config in app_configs


# --- the settings -----------------------------------------------------------------------------------------------


@register(Tags.security)
def check_databases(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """That no web process holds the owner's address is a matter of its environment: see docs/security.md."""
    messages: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        if not database.get("TENANCY"):
            continue
        if database["ENGINE"] != BACKEND:
            messages.append(Error(f"Database '{alias}' must use {BACKEND}.", id="tenancy.E010"))
        if database.get("ATOMIC_REQUESTS"):
            messages.append(
                Error(
                    f"Database '{alias}' sets ATOMIC_REQUESTS, which leaves rendering outside the transaction.",
                    id="tenancy.E011",
                )
            )
    return messages


# --- the database -----------------------------------------------------------------------------------------------


@register(Tags.database)
def check_catalogue(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Skipped for `migrate`, which repairs what these rules report."""
    aliases = [] if sys.argv[1:2] == ["migrate"] else databases or ()
    return [message for alias in aliases if _has_walls(alias) for message in catalogue_messages(connections[alias])]


def catalogue_messages(connection: Any) -> Iterator[CheckMessage]:
    expected = parameters()
    for rule in RULES:
        kind: Callable[..., CheckMessage] = Warning if rule.warning else Error
        for violation in violations(connection, rule, expected):
            yield kind(rule.says.format(violation), obj=connection.alias, id=f"tenancy.{rule.name}")


def _has_walls(alias: str) -> bool:
    """A database of the application that has been migrated."""
    if not settings.DATABASES[alias].get("TENANCY"):
        return False
    with connections[alias].cursor() as cursor:
        tables = set(connections[alias].introspection.table_names(cursor))
    return {model._meta.db_table for model in tenant_models()} <= tables
