"""The two ends of `config.site_split`: the application's database with the old tables, and the site's new one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.site_rows import SAME_TEXT
from tenancy.addresses import address_parts, with_marketing
from tenancy.provision import one_line

OWNER, SERVING, SCHEMA = "tickmark_marketing_owner", "tickmark_marketing", "marketing"


class SplitRefused(Exception):
    """The message is a sentence for the operator."""


@dataclass(frozen=True)
class Place:
    """The database the site moves to."""

    address: str
    host: str
    port: str
    database: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"

    def url(self, role: str) -> str:
        return f"postgresql://{role}:PASSWORD@{self}"


def place(url: str, environ: Mapping[str, str]) -> Place:
    """What `--to` names. Without a password it is the one that role has on the application's server."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise SplitRefused("--to is not an address such as postgresql://role:password@host/name.") from error
    if parts.get("user") != OWNER:
        raise SplitRefused(f"--to must sign in as {OWNER}, not as {parts.get('user') or 'nobody'}.")
    if not parts.get("dbname"):
        raise SplitRefused("--to names no database.")
    if not parts.get("password"):
        url = make_conninfo(url, **known_password(url, environ))
    return Place(url, str(parts.get("host", "localhost")), str(parts.get("port", 5432)), str(parts["dbname"]))


def known_password(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    candidates = (environ.get("MARKETING_OWNER_DATABASE_URL", ""), shared_address(environ))
    near = [conninfo_to_dict(address) for address in candidates if address and same_server(address, url)]
    return next(({"password": str(parts["password"])} for parts in near if parts.get("password")), {})


def shared_address(environ: Mapping[str, str]) -> str:
    """The site's owner in the application's database, by the addresses of the application alone."""
    alone = {key: value for key, value in environ.items() if not key.startswith("MARKETING_")}
    return with_marketing(alone).get("MARKETING_OWNER_DATABASE_URL", "")


@contextmanager
def old_tables(environ: Mapping[str, str]) -> Iterator[psycopg.Connection]:
    """As the site's owner, in the application's database. The administrator may come in when that role no longer may."""
    database = str(address_parts("OWNER_DATABASE_URL", environ)["dbname"])
    address = shared_address(environ)
    given = environ.get("MARKETING_OWNER_DATABASE_URL", "")
    if given and same_place(given, address):
        address = given
    if admin := environ.get("ADMIN_DATABASE_URL"):
        address = make_conninfo(admin, dbname=database)
    with signed_in(address, "The application's database") as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        if not exists(connection, SCHEMA):
            raise SplitRefused(f"Database {database} has no schema {SCHEMA}: there is nothing to move.")
        connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(SCHEMA)))
        yield connection


@contextmanager
def new_database(target: Place) -> Iterator[psycopg.Connection]:
    with signed_in(target.address, "The new database") as connection:
        refuse_application(connection, target)
        yield connection


@contextmanager
def signed_in(address: str, what: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise SplitRefused(f"{what} does not answer: {one_line(error)}.") from error
    with connection:
        connection.execute(SAME_TEXT)
        yield connection


def refuse_application(connection: psycopg.Connection, target: Place) -> None:
    if exists(connection, "app") or exists(connection, SCHEMA):
        raise SplitRefused(f"{target} is the application's database; name one for the site alone.")


def exists(connection: psycopg.Connection, schema: str) -> bool:
    return connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is not None


def same_server(one: str, other: str) -> bool:
    first, second = conninfo_to_dict(one), conninfo_to_dict(other)
    return all(
        str(first.get(key) or default) == str(second.get(key) or default)
        for key, default in (("host", "localhost"), ("port", 5432))
    )


def same_place(one: str, other: str) -> bool:
    return same_server(one, other) and conninfo_to_dict(one).get("dbname") == conninfo_to_dict(other).get("dbname")


def leads_to(address: str, target: Place) -> bool:
    return bool(address) and same_place(address, target.address)
