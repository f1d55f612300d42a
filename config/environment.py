"""The environment of a process: which database addresses it needs, and which it must never see.

Pure Python, no Django: this runs before settings are read.

    python -m config.environment [--start]     prints the addresses of the local server for a shell to take over
"""

import os
import secrets
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from config.localpg import LocalServer, LocalServerError
from tenancy.addresses import MARKETING_URLS, URL_ROLES, MissingSetting, derived_password, installation
from tenancy.provision import ProvisionError, provision
from tenancy.provision_sql import TEST_ROLE, Installation

ROOT = Path(__file__).resolve().parent.parent

# A process that serves requests holds nothing that could change the schema or step around the policies.
KEPT_FROM_SERVERS = (
    "OWNER_DATABASE_URL",
    "MARKETING_OWNER_DATABASE_URL",
    "ADMIN_DATABASE_URL",
    "TEST_DATABASE_URL",
    "TEST_MARKETING_DATABASE_URL",
    "TEST_ADMIN_DATABASE_URL",
)


def var_dir(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("VAR_DIR") or ROOT / "var").absolute()


def for_servers(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the web and worker processes."""
    return {name: value for name, value in environ.items() if name not in KEPT_FROM_SERVERS}


def has_own_server(environ: Mapping[str, str]) -> bool:
    """Did somebody name a PostgreSQL server? All addresses are needed then; the marketing site's both or neither."""
    given = {name for name in URL_ROLES if environ.get(name)}
    optional = set() if given & MARKETING_URLS.keys() else MARKETING_URLS.keys()
    missing = [name for name in URL_ROLES if name not in given | optional]
    if given and missing:
        raise MissingSetting(f"{', '.join(sorted(given))} given, so these are needed too: {', '.join(missing)}.")
    return bool(given)


# --- the local server -------------------------------------------------------------------------------------------


def local_urls(admin_url: str, *, one_database: bool = False) -> dict[str, str]:
    """The addresses of every role on a server whose only secret is the administrator's password."""
    urls = {
        name: role_url(admin_url, role, "tickmark_marketing" if name in MARKETING_URLS else "tickmark")
        for name, role in URL_ROLES.items()
        if not (one_database and name in MARKETING_URLS)
    }
    return urls | {"ADMIN_DATABASE_URL": admin_url}


def role_url(admin_url: str, role: str, database: str) -> str:
    parts = conninfo_to_dict(admin_url)
    host, port = parts.get("host", "localhost"), parts.get("port", 5432)
    return f"postgresql://{role}:{role_password(admin_url, role)}@{host}:{port}/{database}"


def role_password(admin_url: str, role: str) -> str:
    """Derived, so that there is one secret to keep and none to lose."""
    return derived_password(str(conninfo_to_dict(admin_url).get("password") or admin_url), role)


def test_installation(admin_url: str, *, one_database: bool = False) -> Installation:
    roles = (*URL_ROLES.values(), TEST_ROLE)
    return Installation(
        database="tickmark_shared_template" if one_database else "tickmark_template",
        marketing_database="tickmark_shared_template" if one_database else "tickmark_marketing_template",
        passwords={role: role_password(admin_url, role) for role in roles},
        for_tests=True,
    )


def secret_key(folder: Path) -> str:
    """Made once and kept, so that a restart signs nobody out."""
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def development(folder: Path, admin_url: str) -> dict[str, str]:
    """Everything a shell needs to run `manage.py` against the local server."""
    urls = local_urls(admin_url, one_database=bool(os.environ.get("ONE_DATABASE")))
    return urls | {"VAR_DIR": str(folder), "SECRET_KEY": secret_key(folder), "DEBUG": "1"}


def main(*arguments: str) -> None:
    folder = var_dir(os.environ)
    server = LocalServer(folder)
    if "--start" in arguments:
        server.start()
    elif not server.is_running():
        raise LocalServerError("The local database server is not running; start it with bin/dev or bin/env --start.")
    values = development(folder, server.admin_url)
    if "--start" in arguments:
        provision(server.admin_url, installation(values))
    for name in MARKETING_URLS.keys() - values.keys():
        print(f"unset {name}")
    for name, value in values.items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (LocalServerError, ProvisionError) as error:
        sys.exit(str(error))
