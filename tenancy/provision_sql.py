"""The SQL of `tenancy.provision`, as steps: roles first, then each database with its schemas and rights."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from psycopg import sql

LOGIN_ROLES = (
    "tickmark_owner",
    "tickmark_app",
    "tickmark_operator",
    "tickmark_identity",
    "tickmark_backup",
    "tickmark_marketing",
    "tickmark_marketing_owner",
)
LOOKUP_ROLE = "tickmark_lookup"
TEST_ROLE = "tickmark_test"
ROLES = (*LOGIN_ROLES, LOOKUP_ROLE)


@dataclass(frozen=True)
class Installation:
    """What to prepare: two databases, or one of two names; and passwords for the roles that have one."""

    database: str = "tickmark"
    marketing_database: str = "tickmark_marketing"
    passwords: Mapping[str, str] = field(default_factory=dict)
    for_tests: bool = False

    @property
    def is_shared(self) -> bool:
        """Are the marketing site's tables in the application's database?"""
        return self.database == self.marketing_database


@dataclass(frozen=True)
class Step:
    """Some SQL, the database it runs in (None: any), and why the server may refuse it, if it may."""

    title: str
    statements: sql.SQL | sql.Composed
    database: str | None = None
    optional: str = ""


ROLE = """\
DO $do$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
        CREATE ROLE {role} NOINHERIT {login};
    END IF;
    IF EXISTS (
        SELECT FROM pg_roles WHERE rolname = {name}
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)
    ) THEN
        ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION NOINHERIT;
    END IF;
END $do$;
"""

PASSWORD = "ALTER ROLE {role} PASSWORD {verifier};\n"  # noqa: S105

# Members are NOINHERIT, so a membership only lets them SET ROLE (or, for the owner, hand a function over).
MEMBERSHIPS = """\
GRANT tickmark_lookup TO tickmark_owner;
DO $do$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        GRANT tickmark_owner, tickmark_marketing_owner TO CURRENT_USER;
    END IF;
END $do$;
"""

BACKUP = "ALTER ROLE tickmark_backup BYPASSRLS;\n"

TEST_MEMBERSHIPS = """\
ALTER ROLE tickmark_test CREATEDB;
GRANT tickmark_owner, tickmark_app, tickmark_operator, tickmark_identity, tickmark_lookup TO tickmark_test;
GRANT tickmark_marketing, tickmark_marketing_owner TO tickmark_test;
"""

# PUBLIC may use temporary tables and connect unless told otherwise, in every new database.
APP_DATABASE = """\
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
REVOKE ALL ON DATABASE {database} FROM tickmark_marketing, tickmark_marketing_owner;
GRANT ALL ON DATABASE {database} TO tickmark_owner;
GRANT CONNECT ON DATABASE {database} TO tickmark_app, tickmark_operator, tickmark_identity, tickmark_backup;
"""

# Without superuser rights one has to be the owner of `public` to change it; failing that, PostgreSQL only warns.
AS_OWNER_OF_PUBLIC = """\
DO $do$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        SET ROLE pg_database_owner;
    END IF;
END $do$;
"""

APP_PUBLIC = """\
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO tickmark_owner;
GRANT USAGE ON SCHEMA public
    TO tickmark_app, tickmark_operator, tickmark_identity, tickmark_lookup, tickmark_backup;
RESET ROLE;
"""

APP_SCHEMAS = """\
CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION tickmark_owner;
GRANT USAGE ON SCHEMA app
    TO tickmark_app, tickmark_operator, tickmark_identity, tickmark_lookup, tickmark_backup;

ALTER DEFAULT PRIVILEGES FOR ROLE tickmark_owner REVOKE ALL ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tickmark_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tickmark_owner GRANT SELECT ON TABLES TO tickmark_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE tickmark_owner GRANT SELECT ON SEQUENCES TO tickmark_backup;

CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
"""

# A request's transaction must neither linger nor wait for ever behind another's lock.
APP_LIMITS = """\
ALTER ROLE tickmark_app IN DATABASE {database} SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE tickmark_app IN DATABASE {database} SET statement_timeout = '20s';
ALTER ROLE tickmark_app IN DATABASE {database} SET lock_timeout = '5s';
"""

# Lets row-level security use a full-text index. A restored dump has lost this mark: run provision again.
LEAKPROOF = "ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF;\n"

# Large objects know no firm and no policy, and everybody may make them: what one firm's request kept there, another's
# could read. PostgreSQL answers a REVOKE by others than the functions' owner with a mere warning, so ask first.
LARGE_OBJECTS = """\
DO $do$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE insufficient_privilege;
    END IF;
END $do$;
REVOKE EXECUTE ON FUNCTION
    pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea)
    FROM PUBLIC;
"""

MARKETING_DATABASE = """\
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
REVOKE ALL ON DATABASE {database}
    FROM tickmark_owner, tickmark_app, tickmark_operator, tickmark_identity, tickmark_lookup;
GRANT ALL ON DATABASE {database} TO tickmark_marketing_owner;
GRANT CONNECT ON DATABASE {database} TO tickmark_marketing;
"""

MARKETING_PUBLIC = """\
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO tickmark_marketing_owner;
GRANT USAGE ON SCHEMA public TO tickmark_marketing;
RESET ROLE;
"""

MARKETING_SCHEMAS = """\
ALTER DEFAULT PRIVILEGES FOR ROLE tickmark_marketing_owner REVOKE ALL ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tickmark_marketing_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
"""

# Where both share a database the site's tables lie in a schema of their own. Its roles see no other, and nobody else
# sees that one. The search path is the roles', so that no query needs to know which shape this is.
SHARED_DATABASE = """\
GRANT CONNECT ON DATABASE {database} TO tickmark_marketing, tickmark_marketing_owner;
"""

SHARED_LIMITS = """\
ALTER ROLE tickmark_marketing IN DATABASE {database} SET search_path = marketing;
ALTER ROLE tickmark_marketing_owner IN DATABASE {database} SET search_path = marketing;
ALTER ROLE tickmark_marketing IN DATABASE {database} SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE tickmark_marketing IN DATABASE {database} SET statement_timeout = '20s';
ALTER ROLE tickmark_marketing IN DATABASE {database} SET lock_timeout = '5s';
"""

SHARED_SCHEMA = """\
CREATE SCHEMA IF NOT EXISTS marketing AUTHORIZATION tickmark_marketing_owner;
SET ROLE tickmark_marketing_owner;
REVOKE ALL ON SCHEMA marketing
    FROM PUBLIC, tickmark_owner, tickmark_app, tickmark_operator, tickmark_identity, tickmark_lookup;
GRANT USAGE ON SCHEMA marketing TO tickmark_marketing, tickmark_backup;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO tickmark_backup;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO tickmark_backup;
RESET ROLE;
"""


def databases(installation: Installation) -> dict[str, tuple[str, list[Step]]]:
    """Each database to prepare, with its owner and its steps."""
    name, site = installation.database, installation.marketing_database
    if installation.is_shared:
        return {name: ("tickmark_owner", [*app_steps(name, shared=True), *shared_steps(name)])}
    return {
        name: ("tickmark_owner", [*app_steps(name)]),
        site: ("tickmark_marketing_owner", [*marketing_steps(site)]),
    }


def role_steps(installation: Installation) -> Iterator[Step]:
    for role in ROLES:
        yield Step(f"Role {role}", role_sql(role))
    if installation.for_tests:
        yield Step(f"Role {TEST_ROLE}", role_sql(TEST_ROLE))
        yield Step("Memberships for tests", sql.SQL(TEST_MEMBERSHIPS))
    yield Step("Memberships", sql.SQL(MEMBERSHIPS))
    yield Step("Backups see every row", sql.SQL(BACKUP), optional="back up as tickmark_owner instead")
    for role, password in installation.passwords.items():
        yield Step(f"Password of {role}", password_sql(role, password))


def app_steps(database: str, *, shared: bool = False) -> Iterator[Step]:
    name = sql.Identifier(database)
    yield Step("Who may connect", database_rights(database, shared=shared))
    yield Step("Limits of the application's role", sql.SQL(APP_LIMITS).format(database=name))
    yield Step("Schema public", sql.SQL(AS_OWNER_OF_PUBLIC + APP_PUBLIC), database)
    yield Step("Schema app and extensions", sql.SQL(APP_SCHEMAS), database)
    yield Step(
        "No large objects", sql.SQL(LARGE_OBJECTS), database, optional="keep them unused: they belong to no firm"
    )
    yield Step("Search by index", sql.SQL(LEAKPROOF), database, optional="search in very large firms is slower")


def shared_steps(database: str) -> Iterator[Step]:
    name = sql.Identifier(database)
    yield Step("Limits and schema of the site's roles", sql.SQL(SHARED_LIMITS).format(database=name))
    yield Step("Schema marketing", sql.SQL(SHARED_SCHEMA), database)


def marketing_steps(database: str) -> Iterator[Step]:
    yield Step("Who may connect", database_rights(database, marketing=True))
    yield Step("Schema public", sql.SQL(AS_OWNER_OF_PUBLIC + MARKETING_PUBLIC), database)
    yield Step("Extensions", sql.SQL(MARKETING_SCHEMAS), database)


def database_rights(database: str, *, marketing: bool = False, shared: bool = False) -> sql.Composed:
    """In one message, so that nobody who may connect is shut out for a moment."""
    texts = MARKETING_DATABASE if marketing else APP_DATABASE + (SHARED_DATABASE if shared else "")
    return sql.SQL(texts).format(database=sql.Identifier(database))


def role_sql(role: str) -> sql.Composed:
    login = sql.SQL("NOLOGIN" if role == LOOKUP_ROLE else "LOGIN")
    return sql.SQL(ROLE).format(role=sql.Identifier(role), name=sql.Literal(role), login=login)


def password_sql(role: str, password: str) -> sql.Composed:
    return sql.SQL(PASSWORD).format(role=sql.Identifier(role), verifier=sql.Literal(scram_verifier(password)))


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores for a password, so that the password itself reaches no server log and no printed page."""
    salt, rounds = secrets.token_bytes(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", unicodedata.normalize("NFKC", password).encode(), salt, rounds)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    encode = lambda raw: base64.b64encode(raw).decode()  # noqa: E731
    return f"SCRAM-SHA-256${rounds}:{encode(salt)}${encode(stored_key)}:{encode(server_key)}"
