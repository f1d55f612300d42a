"""What the addresses in the environment ask of a database server."""

from collections.abc import Mapping

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from tenancy.provision_sql import Installation

URL_ROLES = {
    "DATABASE_URL": "tickmark_app",
    "OWNER_DATABASE_URL": "tickmark_owner",
    "OPERATOR_DATABASE_URL": "tickmark_operator",
    "IDENTITY_DATABASE_URL": "tickmark_identity",
    "MARKETING_DATABASE_URL": "tickmark_marketing",
    "MARKETING_OWNER_DATABASE_URL": "tickmark_marketing_owner",
}
MARKETING_URLS = {"MARKETING_DATABASE_URL", "MARKETING_OWNER_DATABASE_URL"}


class MissingSetting(Exception):
    """The environment is incomplete; the message is one sentence for a person."""


def installation(environ: Mapping[str, str]) -> Installation:
    """What the six addresses ask of a server: the names of two databases and the passwords of the roles."""
    parts = {name: address_parts(name, environ) for name in URL_ROLES}
    return Installation(
        database=str(parts["DATABASE_URL"]["dbname"]),
        marketing_database=str(parts["MARKETING_DATABASE_URL"]["dbname"]),
        passwords={
            role: str(parts[name]["password"]) for name, role in URL_ROLES.items() if parts[name].get("password")
        },
    )


def address_parts(name: str, environ: Mapping[str, str]) -> dict[str, object]:
    try:
        parts = conninfo_to_dict(environ[name])
    except KeyError as missing:
        raise MissingSetting(f"{name} is not set.") from missing
    except ProgrammingError as error:
        raise MissingSetting(f"{name} is not an address such as postgresql://role:password@host/name.") from error
    if parts.get("user") != URL_ROLES[name]:
        raise MissingSetting(f"{name} must sign in as {URL_ROLES[name]}, not as {parts.get('user') or 'nobody'}.")
    if not parts.get("dbname"):
        raise MissingSetting(f"{name} names no database.")
    return dict(parts)
