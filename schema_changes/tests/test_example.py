"""The example of docs/migrations.md passes the linter, runs, and can be undone."""

from typing import Any

from django.db import connection, migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from schema_changes.annotations import contract
from schema_changes.linter import lint_migration, plan
from schema_changes.operations import AddConstraintNotValid, ValidateConstraint
from schema_changes.walk import Walk
from tests.architecture.catalogue_state import catalogue
from tests.cast import Cast

MONTH = models.CheckConstraint(condition=models.Q(year_end_month__range=(1, 12)), name="clients_year_end_month")
UNUSED = ("clients", "0006_year_end_unused")
STEPS: dict[str, list[Any]] = {
    "0004_year_end_month": [
        migrations.AddField("client", "year_end_month", models.SmallIntegerField(null=True, blank=True)),
        AddConstraintNotValid("client", MONTH),
    ],
    "0005_year_end_month_valid": [ValidateConstraint("client", "clients_year_end_month")],
    "0006_year_end_unused": [
        migrations.RemoveIndex("client", "clients_by_year_end"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterField("client", "year_end", models.CharField(max_length=5, blank=True, db_default=""))
            ],
            state_operations=[migrations.RemoveField("client", "year_end")],
        ),
    ],
    "0007_drop_year_end": [
        contract(
            migrations.RunSQL(
                "ALTER TABLE clients DROP COLUMN year_end",
                "ALTER TABLE clients ADD COLUMN year_end varchar(5) NOT NULL DEFAULT ''",
            ),
            after=UNUSED,
            because="nothing has read or written it since 0006",
        )
    ],
}


def test_the_example_passes_runs_and_goes_back(scratch: Cast) -> None:
    loader = MigrationLoader(connection)
    walk = Walk({*plan(loader.graph), UNUSED}, loader.project_state())
    before, undo = catalogue("default"), []
    for name, operations in STEPS.items():
        migration = type("Migration", (Migration,), {"operations": operations})(name, "clients")
        undo.append((migration, walk.state.clone()))
        assert list(lint_migration(migration, walk)) == []
        with connection.schema_editor() as editor:
            migration.apply(undo[-1][1].clone(), editor)
    columns = {fact[2] for fact in catalogue("default") if fact[:2] == ("columns", "clients")}
    assert "year_end_month" in columns and "year_end" not in columns
    for migration, state in reversed(undo):
        with connection.schema_editor() as editor:
            migration.unapply(state, editor)
    assert catalogue("default") == before
