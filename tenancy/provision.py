"""The database's outer wall: roles, databases, and what each role may do before any table exists.

`manage.py provision` runs this on a server, or prints it for whoever administers one. All of it may be run again at any
time. It is plain PostgreSQL from version 15 on; where a managed service withholds superuser rights, the two steps that
want them are reported and left out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tenancy import provision_sql
from tenancy.provision_sql import Installation, Step, database_rights, databases, marketing_steps, role_steps

# Any number, the same in every copy: two of these at once would trip over each other in the shared catalogues.
ONE_AT_A_TIME = 7_225_150


RIGHTS = """\
SELECT
    has_schema_privilege(%(owner)s, %(schema)s, 'CREATE'),
    has_schema_privilege(%(user)s, %(schema)s, 'CREATE'),
    has_database_privilege(%(user)s, current_database(), 'TEMP'),
    has_database_privilege('public', current_database(), 'CONNECT')
"""


class ProvisionError(Exception):
    """The server cannot be prepared; the message is one sentence for a person."""


def provision(admin_url: str, installation: Installation) -> list[str]:
    """Prepare the server; returns one sentence for each step it refused and that can be done without."""
    with connect(admin_url) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        runner = Runner(admin_url, admin)
        if installation.is_shared and runner.has_database(left := f"{installation.database}_marketing"):
            raise ProvisionError(
                f"Database {left} holds the marketing site: name it in MARKETING_DATABASE_URL and "
                "MARKETING_OWNER_DATABASE_URL, or drop it to have the site in the application's database."
            )
        runner.run(role_steps(installation))
        for name, (owner, steps) in databases(installation).items():
            runner.create_database(name, owner=owner)
            runner.run(steps)
        runner.verify(installation.database, "public", owner="tickmark_owner", user="tickmark_app")
        schema = "marketing" if installation.is_shared else "public"
        runner.verify(
            installation.marketing_database, schema, owner="tickmark_marketing_owner", user="tickmark_marketing"
        )
        return runner.refusals


def provision_marketing(admin_url: str, database: str) -> None:
    """A database of its own for the marketing site; the roles are there already."""
    with connect(admin_url) as admin:
        runner = Runner(admin_url, admin)
        runner.create_database(database, owner="tickmark_marketing_owner")
        runner.run(marketing_steps(database))
        runner.verify(database, "public", owner="tickmark_marketing_owner", user="tickmark_marketing")


def provision_templates(admin_url: str, installation: Installation) -> None:
    """The same, as templates from which the test role makes its databases; made anew only when this file changed."""
    with connect(admin_url) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        mark = digest(installation)
        templates = databases(installation)
        if all(comment_on(admin, name) == mark for name in templates):
            return
        runner = Runner(admin_url, admin)
        runner.run(role_steps(installation))
        for name, (_, steps) in templates.items():
            runner.drop_template(name)
            runner.create_database(name, owner=None)
            runner.run(steps)
            runner.mark_template(name, mark)


def close_database(cursor: psycopg.Cursor, database: str, *, marketing: bool = False, shared: bool = False) -> None:
    """What a copy of a template still lacks: grants on a database are not copied with it."""
    cursor.execute(database_rights(database, marketing=marketing, shared=shared))


class Runner:
    """Runs steps, each on a connection to its own database, and remembers what was refused."""

    def __init__(self, admin_url: str, admin: psycopg.Connection) -> None:
        self.admin_url = admin_url
        self.admin = admin
        self.refusals: list[str] = []

    def run(self, steps: Iterable[Step]) -> None:
        for step in steps:
            try:
                self._run(step)
            except psycopg.errors.InsufficientPrivilege as refusal:
                if not step.optional:
                    raise ProvisionError(f"{step.title}: {one_line(refusal)}.") from refusal
                self.refusals.append(f"{step.title}: the server refused it; {step.optional}.")

    def _run(self, step: Step) -> None:
        if step.database is None:
            self.admin.execute(step.statements)
            return
        with connect(self.admin_url, dbname=step.database) as connection:
            connection.execute(step.statements)

    def has_database(self, name: str) -> bool:
        return self.admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def create_database(self, name: str, *, owner: str | None) -> None:
        if not self.has_database(name):
            self.admin.execute(create_database_sql(name, owner))

    def drop_template(self, name: str) -> None:
        if self.has_database(name):
            self.admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
            self.admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def mark_template(self, name: str, mark: str) -> None:
        self.admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
        self.admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(mark)))

    def verify(self, database: str, schema: str, *, owner: str, user: str) -> None:
        """PostgreSQL answers some refused grants with a mere warning, so look at what came of them."""
        with connect(self.admin_url, dbname=database) as connection:
            rights = connection.execute(RIGHTS, {"owner": owner, "user": user, "schema": schema}).fetchone()
        if rights != (True, False, False, False):
            raise ProvisionError(f"The administrator may not set the rights in database {database}: be its owner.")


def create_database_sql(name: str, owner: str | None) -> sql.Composed:
    made = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
    return made if owner is None else sql.SQL("{} OWNER {}").format(made, sql.Identifier(owner))


def connect(admin_url: str, **changes: Any) -> psycopg.Connection:
    try:
        return psycopg.connect(admin_url, autocommit=True, connect_timeout=10, **changes)
    except psycopg.Error as error:
        raise ProvisionError(f"The database server does not answer as the administrator: {one_line(error)}.") from error


def comment_on(admin: psycopg.Connection, database: str) -> str | None:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = admin.execute(query, [database]).fetchone()
    return row[0] if row else None


def digest(installation: Installation) -> str:
    """Changes when the SQL or a password does."""
    texts = [Path(provision_sql.__file__).read_text(), repr(sorted(installation.passwords.items()))]
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def one_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].removeprefix("connection failed: ").strip().rstrip(".")


# --- printing it ------------------------------------------------------------------------------------------------


def script(installation: Installation) -> str:
    """The same as a script for psql."""
    lines = ["\\set ON_ERROR_STOP on", *printed(role_steps(installation))]
    for name, (owner, steps) in databases(installation).items():
        lines += [*printed_database(name, owner), *printed(steps)]
    return "\n".join(lines)


def printed(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        yield f"\n-- {step.title}"
        if step.database:
            yield sql.SQL("\\connect {}").format(sql.Identifier(step.database)).as_string()
        if step.optional:
            yield f"-- Needs a superuser; if refused, {step.optional}.\n\\set ON_ERROR_STOP off"
        yield step.statements.as_string().rstrip()
        if step.optional:
            yield "\\set ON_ERROR_STOP on"


def printed_database(name: str, owner: str) -> Iterator[str]:
    statement = sql.Literal(create_database_sql(name, owner).as_string()).as_string()
    yield f"\n-- Database {name}"
    yield f"SELECT {statement}"
    yield f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {sql.Literal(name).as_string()}) \\gexec"
