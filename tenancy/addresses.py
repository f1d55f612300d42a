"""What the addresses in the environment ask of a database server."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

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
#: Where it is set its role gets its password too; nothing that serves knows it.
BACKUP_URL, BACKUP_ROLE = "BACKUP_DATABASE_URL", "tickmark_backup"
#: The marketing site's addresses, and whose database holds its tables where they are absent.
MARKETING_URLS = {"MARKETING_DATABASE_URL": "DATABASE_URL", "MARKETING_OWNER_DATABASE_URL": "OWNER_DATABASE_URL"}


class MissingSetting(Exception):
    """The environment is incomplete; the message is one sentence for a person."""


def installation(environ: Mapping[str, str]) -> Installation:
    """What the addresses ask of a server: the names of one or two databases and the passwords of the roles."""
    environ = with_marketing(environ)
    parts = {name: address_parts(name, environ) for name in URL_ROLES}
    refuse_two_servers(parts)
    passwords = {role: parts[name].get("password") for name, role in URL_ROLES.items()}
    if environ.get(BACKUP_URL):
        passwords[BACKUP_ROLE] = address_parts(BACKUP_URL, environ, role=BACKUP_ROLE).get("password")
    return Installation(
        database=str(parts["DATABASE_URL"]["dbname"]),
        marketing_database=str(parts["MARKETING_DATABASE_URL"]["dbname"]),
        passwords={role: str(password) for role, password in passwords.items() if password},
    )


def with_marketing(environ: Mapping[str, str]) -> dict[str, str]:
    """The same environment; where nobody says where the marketing site's tables are, they are in the application's.

    The role's password is derived from that address, so that there is one secret to keep; it does not lead back.
    """
    values = dict(environ)
    if not any(values.get(name) for name in MARKETING_URLS):
        shared = {name: values[host] for name, host in MARKETING_URLS.items() if values.get(host)}
        values |= {name: address_as(URL_ROLES[name], url) for name, url in shared.items()}
    return values


def address_as(role: str, url: str) -> str:
    """The same database, as another role."""
    parts = urlsplit(url)
    password = f":{derived_password(unquote(parts.password), role)}" if parts.password else ""
    return parts._replace(netloc=f"{quote(role)}{password}@{parts.netloc.rpartition('@')[2]}").geturl()


def derived_password(secret: str, role: str) -> str:
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()[:40]


def refuse_two_servers(parts: Mapping[str, Mapping[str, object]]) -> None:
    """The same name on two servers would be taken for one database."""
    names = ("DATABASE_URL", "MARKETING_DATABASE_URL")
    one, two = ((parts[name].get("host"), str(parts[name].get("port") or 5432)) for name in names)
    if one != two and parts[names[0]]["dbname"] == parts[names[1]]["dbname"]:
        raise MissingSetting("DATABASE_URL and MARKETING_DATABASE_URL name databases alike on two servers; rename one.")


def address_parts(name: str, environ: Mapping[str, str], *, role: str = "") -> dict[str, object]:
    try:
        parts = conninfo_to_dict(environ[name])
    except KeyError as missing:
        raise MissingSetting(f"{name} is not set.") from missing
    except ProgrammingError as error:
        raise MissingSetting(f"{name} is not an address such as postgresql://role:password@host/name.") from error
    if parts.get("user") != (role := role or URL_ROLES[name]):
        raise MissingSetting(f"{name} must sign in as {role}, not as {parts.get('user') or 'nobody'}.")
    if not parts.get("dbname"):
        raise MissingSetting(f"{name} names no database.")
    return dict(parts)
