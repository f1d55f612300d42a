"""Every migration of ours, on databases with rows in every table: back, forth, back, and at the end forth again.

An ordinary run (`tests/thinning.py`) goes back as far as there are migrations not released yet, and forth in between only
at these: the others do not change any more.
The list is the migration graph's. Those of libraries that build on ours have to go back too, and come back at the end.
"""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, models, router
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from clients.models import Client, ClientGrant
from schema_changes.linter import released_nodes
from schema_changes.models_in_place import models_in_place
from tenancy.checks import catalogue_messages
from tenancy.context import TenantError, all_tenants
from tenancy.expected import isolation_of
from tenancy.platform import apply_platform_tables
from tenancy.support import apply_support
from tests.architecture.catalogue_state import Catalogue, catalogue, columns, rows, tables
from tests.cast import Cast
from tests.scratch import plain_row
from tests.thinning import thinned
from workspaces.models import Binder, BinderCopy, ScopingSession, SessionPicture

Node = tuple[str, str]


def ours(alias: str) -> set[str]:
    """The apps in this repository whose tables lie in this database."""
    own = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    return {config.label for config in own if router.allow_migrate(alias, config.label)}


@pytest.mark.parametrize("alias", ["default", "marketing"])
def test_every_migration_goes_back_and_forth_over_rows(scratch: Cast, alias: str) -> None:
    fill(alias)
    at_first, road = catalogue(alias), Road(alias)
    assert road.undone
    wanted = [node for node in road.undone if node[0] in ours(alias) and node not in road.settled]
    with models_in_place():
        while wanted:
            node = road.undone[0]
            if node in wanted:
                back_and_forth(road, node)
                wanted.remove(node)
            road.undo(node)
            del road.states[node]
    assert thinned() or not tables(alias) & {model._meta.db_table for model in our_models(alias)}
    call_command("migrate", database=alias, verbosity=0)
    assert differences(at_first, catalogue(alias)) == []
    if alias == "default":
        assert list(catalogue_messages(connections[alias])) == []


def back_and_forth(road: "Road", node: Node) -> None:
    """A migration undone and done again leaves the catalogue as it was, and every row of a table it does not drop."""
    alias = road.executor.connection.alias
    before, kept = catalogue(alias), {name: columns(alias, name) for name in tables(alias)}
    kept_rows = {}
    road.undo(node)
    still = tables(alias) & kept.keys() - {"django_migrations"}
    for name in still:
        # A column that the migration brought takes its values along when it goes.
        common = kept[name] & columns(alias, name)
        kept_rows[name] = (common, rows(alias, name, common))
    road.redo(node)
    validate(alias)
    assert differences(before, catalogue(alias)) == [], f"{node} back and forth"
    assert {name: rows(alias, name, common) for name, (common, _) in kept_rows.items()} == {
        name: found for name, (_, found) in kept_rows.items()
    }


# --- moving through the graph -----------------------------------------------------------------------------------


class Road:
    """The migrations of a database in their order, with what the models are like before each of ours."""

    def __init__(self, alias: str) -> None:
        self.executor, self.here = MigrationExecutor(connections[alias]), ours(alias)
        self.states: dict[Node, ProjectState] = {}
        graph = self.executor.loader.graph
        #: Those that an ordinary run takes as known.
        self.settled = released_nodes(graph) if thinned() else set()
        state = ProjectState(real_apps=self.executor.loader.unmigrated_apps)
        for migration, _ in self.executor.migration_plan(graph.leaf_nodes(), clean_start=True):
            node = (migration.app_label, migration.name)
            if any(app in self.here for app, _ in graph.forwards_plan(node)):
                self.states[node] = state.clone()
            state = migration.mutate_state(state, preserve=False)

    @property
    def undone(self) -> list[Node]:
        """Ours and whatever stands on them, the last first: each can be undone on its own in its turn."""
        return list(reversed(self.states))

    def undo(self, node: Node) -> None:
        self.executor.unapply_migration(self._before(node), self.executor.loader.graph.nodes[node])

    def redo(self, node: Node) -> None:
        self.executor.apply_migration(self._before(node), self.executor.loader.graph.nodes[node])
        apply_platform_tables(using=self.executor.connection.alias)
        apply_support(using=self.executor.connection.alias)

    def _before(self, node: Node) -> ProjectState:
        """A copy with its models made, which takes long enough to do it once only."""
        self.states[node].apps  # noqa: B018
        return self.states[node].clone()


def validate(alias: str) -> None:
    """What a migration adds unread and a later one has read: undoing the later one does not make it unread again."""
    query = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated"
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} VALIDATE CONSTRAINT "{name}"')


# --- rows and comparisons ---------------------------------------------------------------------------------------


def our_models(alias: str) -> list[type[models.Model]]:
    here = ours(alias)
    return [model for model in apps.get_models() if model._meta.app_label in here and model._meta.managed]


def fill(alias: str) -> None:
    """What the cast leaves out, until every table of ours holds a row."""
    for model in our_models(alias):
        with all_tenants(reason="the test looks at every firm's rows"):
            if not model._base_manager.using(alias).exists():
                plain_row(model, alias)
    if alias == "default":
        with all_tenants(reason="the test fills every firm's tables"):
            session: Any = ScopingSession._base_manager.using(alias).first()
            # As they are made now: the cast has one from before pictures were named by the document.
            plain_row(SessionPicture, alias, session=session, organization_id=session.organization_id)
            for status in ("cancelled", "removed"):  # words that the first checks did not know
                binder: Any = Binder._base_manager.using(alias).first()
                plain_row(
                    BinderCopy,
                    alias,
                    status=status,
                    binder=binder,
                    organization_id=binder.organization_id,
                    storage_key="",
                )


def differences(before: Catalogue, after: Catalogue) -> list[tuple[str, ...]]:
    return [("gone", *fact) for fact in sorted(before - after)] + [("new", *fact) for fact in sorted(after - before)]


# --- what holds while they run ----------------------------------------------------------------------------------


def test_isolation_is_removed_only_together_with_its_table(scratch: Cast) -> None:
    isolation, before = isolation_of(Client), catalogue("default")
    refused = pytest.raises(TenantError, match="clients: isolation goes only together with its table")
    with refused, connection.schema_editor() as editor:
        editor.remove_constraint(Client, isolation)
        editor.remove_field(Client, Client._meta.get_field("notes"))
    assert catalogue("default") == before
    with connection.schema_editor() as editor:
        editor.remove_constraint(ClientGrant, isolation_of(ClientGrant))
        editor.delete_model(ClientGrant)
    assert ClientGrant._meta.db_table not in tables("default")
