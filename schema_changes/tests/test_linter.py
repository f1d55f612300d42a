"""Each rule speaks on a bad migration and is silent on the good one beside it."""

from typing import Any

import pytest
from django.db import migrations as ops
from django.db import models
from django.db.migrations import Migration
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Lower, Now

from schema_changes import linter
from schema_changes.annotations import contract, reviewed
from schema_changes.linter import Finding, lint_migration, pass_over
from schema_changes.operations import (
    AddConstraintNotValid,
    AddForeignKeyIndexConcurrently,
    AddForeignKeyNotValid,
    AddIndexConcurrently,
    AddUniqueConcurrently,
    ValidateConstraint,
    ValidateForeignKey,
)
from schema_changes.walk import Walk
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey

RELEASED = ("shop", "0001_released")
NAME, EXPRESSION = models.Index(fields=["name"], name="by_name"), models.Index(Lower("name"), name="by_name")
UNIQUE = UniqueConstraint(fields=["organization", "code"], name="one_code")
POSITIVE = CheckConstraint(condition=Q(size__gt=0), name="size")
NOTED = CheckConstraint(condition=Q(note__isnull=False), name="noted")


def migration(name: str, *operations: Any, atomic: bool = True) -> Migration:
    made = type("Migration", (Migration,), {"operations": list(operations), "atomic": atomic})
    return made(name, "shop")


def table(name: str, *fields: tuple[str, models.Field]) -> ops.CreateModel:
    return ops.CreateModel(
        name, [("id", models.UUIDField(primary_key=True)), *fields], {"db_table": f"{name.lower()}s"}
    )


def columns() -> list[tuple[str, models.Field]]:
    return [
        ("organization", models.UUIDField()),
        ("name", models.CharField(max_length=100)),
        ("note", models.TextField(null=True)),
        ("size", models.IntegerField(null=True)),
        ("code", models.CharField(max_length=20, null=True)),
        ("price", models.DecimalField(max_digits=8, decimal_places=2, null=True)),
    ]


def findings(*operations: Any, atomic: bool = True, before: tuple[Migration, ...] = ()) -> list[Finding]:
    """In one migration that follows the release of two tables; `before` are migrations of the same release as it."""
    walk = Walk({RELEASED})
    pass_over(migration(RELEASED[1], table("Client", *columns()), table("Person")), walk)
    for earlier in before:
        list(lint_migration(earlier, walk))
    return list(lint_migration(migration("0009_change", *operations, atomic=atomic), walk))


def names(*operations: Any, **options: Any) -> list[str]:
    return [finding.problem.name for finding in findings(*operations, **options)]


def add(field: models.Field, name: str = "extra") -> ops.AddField:
    return ops.AddField("client", name, field)


def alter(name: str, field: models.Field) -> ops.AlterField:
    return ops.AlterField("client", name, field)


def key(**options: Any) -> TenantForeignKey:
    return TenantForeignKey("shop.person", models.CASCADE, related_name="+", null=True, **options)


BAD = {
    "an index": (ops.AddIndex("client", NAME), "index"),
    "an index on an expression": (ops.AddIndex("client", EXPRESSION), "index"),
    "a unique constraint": (ops.AddConstraint("client", UNIQUE), "unique constraint"),
    "a check": (ops.AddConstraint("client", POSITIVE), "check constraint"),
    "isolation": (ops.AddConstraint("client", TenantIsolation(name="tenant")), "isolation"),
    "a foreign key": (add(key()), "foreign key"),
    "a key altered into being": (alter("size", key()), "foreign key"),
    "a unique column": (add(models.CharField(max_length=9, null=True, unique=True)), "unique column"),
    "a column made unique": (alter("code", models.CharField(max_length=20, null=True, unique=True)), "unique column"),
    "an indexed column": (add(models.IntegerField(null=True, db_index=True)), "indexed column"),
    "a stored computed column": (
        add(models.GeneratedField(expression=Lower("name"), output_field=models.TextField(), db_persist=True)),
        "computed column",
    ),
    "a default in Python only": (
        add(models.BooleanField(default=False)),
        "not null without a default of the database",
    ),
    "a default that differs by row": (
        add(models.UUIDField(db_default=models.Func(function="gen_random_uuid"))),
        "default that differs by row",
    ),
    "a checked column": (add(models.PositiveIntegerField(null=True)), "checked column"),
    "a column made checked": (alter("size", models.PositiveIntegerField(null=True)), "checked column"),
    "not null": (alter("note", models.TextField()), "set not null"),
    "another type": (alter("size", models.BigIntegerField(null=True)), "change of type"),
    "a shorter text": (alter("name", models.CharField(max_length=50)), "change of type"),
    "another scale": (alter("price", models.DecimalField(max_digits=9, decimal_places=3, null=True)), "change of type"),
    "another collation": (alter("name", models.CharField(max_length=100, db_collation="C")), "change of type"),
    "another column name": (alter("note", models.TextField(null=True, db_column="remark")), "rename"),
    "a renamed field": (ops.RenameField("client", "note", "remark"), "rename"),
    "a renamed table": (ops.AlterModelTable("client", "customers"), "rename"),
    "a removed column": (ops.RemoveField("client", "note"), "removal"),
    "a removed table": (ops.DeleteModel("Client"), "removal"),
    "Python": (ops.RunPython(lambda apps, editor: None), "RunPython"),
    "an UPDATE": (ops.RunSQL("UPDATE clients SET note = ''"), "rows changed in one transaction"),
    "an UPDATE behind WITH": (ops.RunSQL("WITH x AS (DELETE FROM clients RETURNING 1) SELECT 1"), "rows changed in one transaction"),
    "a CREATE INDEX": (ops.RunSQL("CREATE UNIQUE INDEX x ON clients (name)"), "index"),
    "an ALTER TABLE": (ops.RunSQL(["-- why\nALTER TABLE clients ALTER note TYPE varchar"]), "ALTER TABLE"),
    "an ALTER TABLE whose second action adds a check": (
        ops.RunSQL("ALTER TABLE clients DROP CONSTRAINT a, ADD CONSTRAINT b CHECK (size > 0)"),
        "ALTER TABLE",
    ),
    "an ALTER TABLE whose second action alone is not valid yet": (
        ops.RunSQL("ALTER TABLE clients ADD CONSTRAINT a CHECK (size > 0), ADD CONSTRAINT b CHECK (size > 1) NOT VALID"),
        "ALTER TABLE",
    ),
    "an ALTER TABLE that changes a type behind a default": (
        ops.RunSQL("ALTER TABLE clients ALTER name SET DEFAULT '(', ALTER size TYPE bigint"),
        "ALTER TABLE",
    ),
    "an ALTER TABLE that speaks of being not valid": (
        ops.RunSQL("ALTER TABLE clients ADD CONSTRAINT a CHECK (note <> 'NOT VALID')"),
        "ALTER TABLE",
    ),
    "an ALTER TABLE that builds the index of its constraint": (
        ops.RunSQL("ALTER TABLE clients ADD CONSTRAINT a UNIQUE (name) USING INDEX TABLESPACE fast"),
        "ALTER TABLE",
    ),
    "an ALTER TABLE in another schema": (
        ops.RunSQL("ALTER TABLE marketing.blog_posts ALTER note TYPE varchar"),
        "ALTER TABLE",
    ),
    "an ALTER TABLE nobody can read": (ops.RunSQL("ALTER TABLE a.b.clients ALTER note TYPE varchar"), "ALTER TABLE"),
    "a MERGE": (
        ops.RunSQL("MERGE INTO clients USING people ON true WHEN MATCHED THEN DELETE"),
        "rows changed in one transaction",
    ),
    "a MERGE behind WITH": (
        ops.RunSQL("WITH x AS (SELECT 1) MERGE INTO clients USING x ON true WHEN MATCHED THEN DELETE"),
        "rows changed in one transaction",
    ),
    "a DROP TABLE of a new table and an old one": (
        ops.RunSQL("CREATE TABLE notes (id int); DROP TABLE notes, public.clients CASCADE"),
        "removal",
    ),
    "a TRUNCATE of a new table and an old one": (
        ops.RunSQL("CREATE TABLE notes (id int); TRUNCATE notes, clients"),
        "rows changed in one transaction",
    ),
    "a DROP TABLE": (ops.RunSQL("DROP TABLE IF EXISTS clients"), "removal"),
    "a VACUUM": (ops.RunSQL("VACUUM FULL clients"), "heavy statement"),
    "a database part": (
        ops.SeparateDatabaseAndState(database_operations=[ops.AddIndex("client", NAME)]),
        "index",
    ),
    "an operation nobody has thought of": (ops.AlterOrderWithRespectTo("client", "name"), "unknown operation"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_it_refuses(case: str) -> None:
    operation, name = BAD[case]
    assert names(operation) == [name]


GOOD = {
    "a nullable column": add(models.TextField(null=True)),
    "a constant default": add(models.BooleanField(default=False, db_default=False)),
    "the present time": add(models.DateTimeField(db_default=Now())),
    "a computed column that is not stored": add(
        models.GeneratedField(expression=Lower("name"), output_field=models.TextField(), db_persist=False)
    ),
    "a longer text": alter("name", models.CharField(max_length=200)),
    "text of any length": alter("name", models.TextField()),
    "more digits": alter("price", models.DecimalField(max_digits=12, decimal_places=2, null=True)),
    "null": alter("name", models.CharField(max_length=100, null=True)),
    "a default": alter("size", models.IntegerField(null=True, db_default=1)),
    "a check that is not valid yet": AddConstraintNotValid("client", POSITIVE),
    "a key that is not valid yet": AddForeignKeyNotValid("client", "extra", key()),
    "a new table with everything": ops.CreateModel(
        "Order",
        [("id", models.UUIDField(primary_key=True)), ("client", key())],
        {"constraints": [UNIQUE], "indexes": [NAME]},
    ),
    "a new name for the model of a named table": ops.RenameModel("Client", "Customer"),
    "a function, a grant, a trigger": ops.RunSQL(
        [
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE clients SET note = ''; END $$",
            "GRANT SELECT ON clients TO tickmark_app",
            "CREATE TRIGGER t BEFORE UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION f()",
        ]
    ),
    "a table made in SQL": ops.RunSQL(
        "CREATE TABLE notes (id int); CREATE INDEX x ON notes (id); UPDATE notes SET id = 1"
    ),
    "one row": ops.RunSQL("INSERT INTO clients (id) VALUES (1)"),
    "a quick ALTER TABLE": ops.RunSQL("ALTER TABLE clients ADD CONSTRAINT x CHECK (size > 0) NOT VALID"),
    "commas inside parentheses": ops.RunSQL("ALTER TABLE clients ADD CONSTRAINT x CHECK (size IN (1, 2)) NOT VALID"),
    "a comma inside a text": ops.RunSQL("ALTER TABLE public.clients ALTER COLUMN name SET DEFAULT 'a, b'"),
    "a constraint that takes an index": ops.RunSQL(
        "ALTER TABLE ONLY clients ADD CONSTRAINT x UNIQUE USING INDEX x DEFERRABLE INITIALLY DEFERRED"
    ),
    "a table in another schema, made and altered": ops.RunSQL(
        "CREATE TABLE marketing.notes (id int); ALTER TABLE marketing.notes ALTER id TYPE bigint; DROP TABLE marketing.notes"
    ),
    "nothing at all": ops.RunPython(ops.RunPython.noop, ops.RunPython.noop),
}


@pytest.mark.parametrize("case", GOOD)
def test_it_lets_pass(case: str) -> None:
    assert findings(GOOD[case]) == []


@pytest.mark.parametrize(
    "operation",
    [
        AddIndexConcurrently("client", NAME),
        AddUniqueConcurrently("client", UNIQUE),
        AddForeignKeyIndexConcurrently("client", "size"),
    ],
    ids=["index", "unique", "key"],
)
def test_a_concurrent_operation_stands_alone_outside_a_transaction(operation: Any) -> None:
    assert names(operation, atomic=False) == []
    assert names(operation) == ["concurrent in a transaction"]
    assert names(operation, add(models.TextField(null=True)), atomic=False) == ["change without a transaction"]


@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        (AddConstraintNotValid("client", POSITIVE), ValidateConstraint("client", "size")),
        (AddForeignKeyNotValid("client", "extra", key()), ValidateForeignKey("client", "extra")),
    ],
    ids=["check", "key"],
)
def test_validation_waits_for_the_next_migration(weak: Any, strong: Any) -> None:
    assert names(weak, strong) == ["validation too early"]
    assert names(strong, before=(migration("0002_weak", weak),)) == []


def test_a_column_is_made_not_null_once_a_validated_check_proves_it() -> None:
    weak = migration("0002_weak", AddConstraintNotValid("client", NOTED))
    strong = migration("0003_strong", ValidateConstraint("client", "noted"))
    assert names(alter("note", models.TextField()), before=(weak, strong)) == []
    assert names(alter("note", models.TextField()), before=(weak,)) == ["set not null"]


def test_whatever_happens_to_a_table_made_since_the_release_is_fine() -> None:
    new = migration("0002_new", table("Order", *columns()))
    changes = [
        ops.AddIndex("order", NAME),
        ops.AddConstraint("order", UNIQUE),
        ops.AddField("order", "client", key()),
        ops.AlterField("order", "note", models.TextField()),
        ops.RenameField("order", "size", "weight"),
        ops.RunSQL("UPDATE orders SET note = ''"),
        ops.RenameModel("Order", "Purchase"),
        ops.RemoveField("purchase", "code"),
    ]
    assert names(*changes, before=(new,)) == []


# --- what a migration may say -----------------------------------------------------------------------------------


def test_a_contract_counts_once_what_it_waits_for_is_released() -> None:
    removal = ops.RemoveField("client", "note")
    assert names(contract(removal, after=RELEASED, because="nothing has read it since")) == []
    early = contract(ops.RemoveField("client", "note"), after=("shop", "0002_expand"), because="soon")
    assert names(early) == ["contract too early"]


def test_somebody_may_know_better_and_has_to_say_why() -> None:
    assert names(reviewed(ops.RunSQL("UPDATE clients SET note = ''"), because="one row a country")) == []
    with pytest.raises(ValueError, match="Say why"):
        reviewed(ops.RunSQL("UPDATE clients SET note = ''"), because=" ")


def test_the_message_names_migration_operation_lock_and_recipe() -> None:
    told = str(findings(add(models.TextField(null=True)), ops.AddIndex("client", NAME))[0])
    assert told == (
        "shop.0009_change, operation 2: Create index by_name on field(s) name of model client\n"
        "    index: SHARE lock: nobody can write to client until the index is built.\n"
        "    Instead: AddIndexConcurrently, alone in a migration with atomic = False."
    )


# --- the graph --------------------------------------------------------------------------------------------------


def test_only_migrations_that_are_not_released_are_looked_at() -> None:
    from django.db.migrations.graph import MigrationGraph

    graph, first = (
        MigrationGraph(),
        migration("0001_released", table("Client", *columns()), ops.AddIndex("client", NAME)),
    )
    second = migration("0002_change", ops.RemoveIndex("client", "by_name"), ops.AddIndex("client", EXPRESSION))
    for made in (first, second):
        graph.add_node(("shop", made.name), made)
    graph.add_dependency(second, ("shop", "0002_change"), RELEASED)
    assert [finding.number for finding in linter.lint(graph, {RELEASED}, {"shop"})] == [2]
    assert linter.lint(graph, set(), {"shop"}) == []
    assert linter.lint(graph, {RELEASED}, {"another"}) == []


def test_our_migrations_pass() -> None:
    assert list(map(str, linter.lint_ours())) == []
