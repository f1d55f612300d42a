"""The conversion of a database to Citus, as steps in order.

Each step is one statement, sent as one message: several DDL statements in one message fail on distributed tables. Each
has a question to the catalogue that says whether it is done, so that a run after a failure goes on where that one
ended. Nothing here looks at a database; `layout` has, and `apply` will.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from psycopg import sql

from tenancy.distribution.layout import SAVED, Layout, Part
from tenancy.distribution.questions import (
    CLOSED,
    CONVERTED,
    COUNT_ON,
    COUNTED,
    DISTRIBUTED,
    EMPTY,
    EXTENSION,
    FORCED,
    FOUND,
    INSERT,
    IS_COORDINATOR,
    IS_LEAKPROOF,
    IS_SHUT,
    KEY,
    LEAKPROOF,
    NESTED,
    ON_EVERY_NODE,
    PLPGSQL,
    REFERENCE,
    ROLE_SETTING,
    SAVE,
    SHUT,
    TRIGGER,
)
from tenancy.distribution.quoting import ask, fill, literal, quoted

#: Roles whose context has to reach the workers. The look-up role serves inside their transactions.
SERVING = ("app", "identity", "operator")


@dataclass(frozen=True)
class Step:
    """`done` is a query with one boolean answer; `superuser` where the owner of the tables may not do it."""

    title: str
    statement: str
    done: str
    superuser: bool = False


@dataclass(frozen=True)
class Target:
    """What the conversion is asked to make."""

    roles: dict[str, str]
    shard_count: int = 32
    anchor: str = ""
    audit: tuple[str, ...] = ()


def steps(layout: Layout, target: Target) -> Iterator[Step]:
    """The whole conversion, in order."""
    yield from prepare(layout, target)
    yield from save(layout)
    yield from take_apart(layout)
    for table in layout.references:
        yield from convert(layout, table, _reference(table))
    anchor = target.anchor or next(iter(layout.tenants), "")
    for table in layout.tenants:
        yield from convert(layout, table, _distributed(table, anchor, target.shard_count))
    yield from put_together(layout, target)
    yield Step("Forget what was saved", f"DROP TABLE {SAVED}", f"SELECT to_regclass('{SAVED}') IS NULL", True)


# --- before -----------------------------------------------------------------------------------------------------


def prepare(layout: Layout, target: Target) -> Iterator[Step]:
    for name in layout.extensions:
        done = ask(EXTENSION, name=name)
        yield Step(f"Extension {name} on every node", quoted("CREATE EXTENSION IF NOT EXISTS {}", name), done, True)
    yield from settings(target)
    yield from lookups(target.roles["lookup"])
    command = literal("SELECT success FROM run_command_on_all_nodes({})", LEAKPROOF)
    yield Step("Search by index on every node", command, ask(ON_EVERY_NODE, query=IS_LEAKPROOF), True)
    yield from rights(target)
    for function in layout.asked:
        yield nested(function.name, f"Let {function.name} look a firm's row up in the middle of a query on its rows")


def nested(name: str, title: str) -> Step:
    done = ask("EXISTS (SELECT FROM pg_proc WHERE oid = {name}::regprocedure AND {setting} = ANY (proconfig))", name=name, setting=NESTED)  # fmt: skip
    return Step(title, f"ALTER FUNCTION {name} SET {NESTED.replace('=', ' = ')}", done, True)


def lookups(role: str) -> Iterator[Step]:
    """A definer function asks the workers under its owner's name. No password: let only the nodes in (pg_hba.conf)."""
    done = ask("EXISTS (SELECT FROM pg_roles WHERE rolname = {role} AND rolcanlogin)", role=role)
    yield Step("The look-up role may sign in", quoted("ALTER ROLE {} LOGIN", role), done, True)
    grant = "SELECT success FROM run_command_on_all_nodes(format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), {}))"
    connects = literal("SELECT has_database_privilege({}, current_database(), 'CONNECT')", role)
    yield Step("The look-up role may connect", literal(grant, role), ask(ON_EVERY_NODE, query=connects), True)


def settings(target: Target) -> Iterator[Step]:
    # The owner too: who deletes a firm whole says so to its triggers, or they would tell of every row.
    wanted = [(target.roles[surface], "citus.propagate_set_commands", "local") for surface in (*SERVING, "owner")]
    wanted.append((target.roles["owner"], "citus.enable_unsafe_triggers", "on"))
    # Migrations change several things in one transaction, and keys lead to tables that every node has a copy of.
    wanted.append((target.roles["owner"], "citus.multi_shard_modify_mode", "sequential"))
    for role, name, value in wanted:
        statement = quoted(f"ALTER ROLE {{}} SET {name} = '{value}'", role)
        done = ask(ROLE_SETTING, role=role, setting=f"{name}={value}")
        yield Step(f"Setting {name} of {role}", statement, done, True)


def rights(target: Target) -> Iterator[Step]:
    """Not handed to the workers by Citus: what the owner makes there is closed to the public, as here."""
    owner = target.roles["owner"]
    for kind, letter in (("TABLES", "r"), ("FUNCTIONS", "f")):
        privileges = "ALL" if kind == "TABLES" else "EXECUTE"
        command = quoted(f"ALTER DEFAULT PRIVILEGES FOR ROLE {{}} REVOKE {privileges} ON {kind} FROM PUBLIC", owner)
        closed = sql.SQL(CLOSED).format(owner=sql.Literal(owner), letter=sql.Literal(letter)).as_string()
        statement = literal("SELECT success FROM run_command_on_all_nodes({})", command)
        title = f"Default privileges on {kind.lower()}, on every node"
        yield Step(title, statement, ask(ON_EVERY_NODE, query=closed), True)


def save(layout: Layout) -> Iterator[Step]:
    """Durably, before anything is dropped."""
    schema = SAVED.partition(".")[0]
    yield Step(f"Schema {schema}", f"CREATE SCHEMA {schema}", f"SELECT to_regnamespace('{schema}') IS NOT NULL", True)
    yield Step(f"Table {SAVED}", SAVE, f"SELECT to_regclass('{SAVED}') IS NOT NULL", True)
    for part in layout.parts:
        statement = literal(INSERT, part.kind, part.table, part.name, part.definition, part.target)
        done = ask(FOUND, kind=part.kind, table=part.table, name=part.name)
        yield Step(f"Save {part.kind} {part.table}.{part.name}", statement, done, True)


def take_apart(layout: Layout) -> Iterator[Step]:
    """Keys would tie a reference table to local ones; triggers would fire for the rows that Citus copies."""
    for key in layout.of("foreign key"):
        statement = quoted("ALTER TABLE {} DROP CONSTRAINT {}", key.table, key.name)
        done = ask(f"{CONVERTED} OR NOT {KEY}", table=key.table, name=key.name)
        yield Step(f"Drop foreign key {key.table}.{key.name}", statement, done)
    for trigger in layout.of("trigger"):
        statement = quoted("DROP TRIGGER {} ON {}", trigger.name, trigger.table)
        done = ask(f"{CONVERTED} OR NOT {TRIGGER}", table=trigger.table, name=trigger.name)
        yield Step(f"Drop trigger {trigger.table}.{trigger.name}", statement, done)


# --- the tables -------------------------------------------------------------------------------------------------


def convert(layout: Layout, table: str, conversion: Step) -> Iterator[Step]:
    """The owner may not copy the rows of a table whose policies are forced on it."""
    forced = layout.of("force", table)
    for part in forced:
        statement = quoted("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", part.name)
        done = ask(f"{CONVERTED} OR NOT {FORCED}", table=table, name=part.name)
        yield Step(f"Loosen {part.name} for its owner", statement, done)
    yield conversion
    for part in forced:
        yield Step(f"Force the policies of {part.name}", part.definition, ask(FORCED, name=part.name))


def _reference(table: str) -> Step:
    statement = literal("SELECT create_reference_table({})", table)
    return Step(f"A copy of {table} on every node", statement, ask(REFERENCE, table=table))


def _distributed(table: str, anchor: str, shard_count: int) -> Step:
    place = f"shard_count => {shard_count}" if table == anchor else literal("colocate_with => {}", anchor)
    statement = literal(f"SELECT create_distributed_table({{}}, 'organization_id', {place})", table)
    return Step(f"Distribute {table}", statement, ask(DISTRIBUTED, table=table))


# --- after ------------------------------------------------------------------------------------------------------


def put_together(layout: Layout, target: Target) -> Iterator[Step]:
    for table in (*layout.tenants, *layout.references):
        statement = literal("SELECT truncate_local_data_after_distributing_table({})", table)
        yield Step(f"Remove the local rows of {table}", statement, ask(EMPTY, table=table))
    for key in layout.of("foreign key"):
        yield Step(f"Add foreign key {key.table}.{key.name}", key.definition, ask(KEY, table=key.table, name=key.name))
    if layout.of("trigger"):
        yield from triggers(layout, target)
    for counter in layout.counters:
        places = {"table": counter.table, "column": counter.name}
        yield Step(f"Go on counting in {counter.table}", fill(COUNT_ON, **places), fill(COUNTED, **places), True)
    for lookup in layout.lookups:
        done = ask(PLPGSQL, name=lookup.name)
        yield Step(f"Write {lookup.name} so that it can be planned", lookup.definition, done, True)
    yield Step("Close functions to the public on every node", SHUT, ask(ON_EVERY_NODE, query=IS_SHUT), True)
    for grant in layout.of("grant"):
        view, privilege, role = grant.name.split(" ")
        done = ask("has_table_privilege({role}, {view}, {privilege})", role=role, view=view, privilege=privilege)
        yield Step(f"Grant on view {grant.table}", grant.definition, done)


def triggers(layout: Layout, target: Target) -> Iterator[Step]:
    """As they were, but for the audit of tables that every node holds a copy of."""
    done = "SELECT to_regprocedure('app.is_coordinator()') IS NOT NULL"
    yield Step("Which node is the coordinator", IS_COORDINATOR, done)
    writers = [target.roles[surface] for surface in ("app", "operator")]
    for role in writers:
        done = ask("has_function_privilege({role}, 'app.is_coordinator()', 'EXECUTE')", role=role)
        statement = quoted("GRANT EXECUTE ON FUNCTION app.is_coordinator() TO {}", role)
        yield Step(f"{role} may ask it", statement, done)
    for name in target.audit:
        yield nested(f"{name}()", f"Let {name}() write from a reference table")
    for trigger in layout.of("trigger"):
        once = trigger.table in layout.references
        done = ask(TRIGGER, table=trigger.table, name=trigger.name)
        yield Step(f"Add trigger {trigger.table}.{trigger.name}", definition(trigger, target.audit, once=once), done)


def definition(trigger: Part, audit: Iterable[str], *, once: bool) -> str:
    writes = any(f"EXECUTE FUNCTION {name}(" in trigger.definition for name in audit)
    if not (once and writes) or "app.is_coordinator()" in trigger.definition:
        return trigger.definition
    return re.sub(r" (?=EXECUTE FUNCTION )", " WHEN (app.is_coordinator()) ", trigger.definition, count=1)
