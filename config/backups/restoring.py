"""Bringing a saved installation back: into databases and folders that hold nothing, after every checksum was right."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from config.backups.files import full_places, unpack
from config.backups.programs import run
from config.backups.saving import FILES, FORMAT, MANIFEST, BackupFailed, digest
from tenancy.addresses import installation, with_marketing
from tenancy.provision import Runner, connect, provision
from tenancy.provision_sql import Installation, databases, role_steps

TABLES = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('public', 'marketing', 'app')"

#: The same of two connections where they lead to one server, whatever each calls it.
STARTED = "SELECT pg_postmaster_start_time(), current_setting('port')"


def restore(saved: Path, environ: Mapping[str, str], var: Path, say: Callable[[str], None]) -> list[str]:
    """Returns what the server refused and can be done without, as `provision` does."""
    manifest = verified(saved)
    admin_url, wanted = environ["ADMIN_DATABASE_URL"], installation(environ)
    parts = {"application.dump": wanted.database}
    if "marketing.dump" in manifest["parts"]:
        parts["marketing.dump"] = wanted.marketing_database
    if wanted.is_shared is ("marketing.dump" in manifest["parts"]):
        raise BackupFailed(
            "It was saved from two databases and would go into one, or the other way round: set the addresses alike."
        )
    refuse_full(admin_url, wanted, var)
    make_empty(admin_url, wanted)
    refuse_another_server(admin_url, environ)
    for part, database in parts.items():
        run(
            "pg_restore",
            make_conninfo(admin_url, dbname=database),
            "--exit-on-error",
            f"--dbname={database}",
            str(saved / part),
        )
        say(f"{part} is in {database}")
    refusals = provision(admin_url, wanted)  # a dump carries neither rights on the database nor the leakproof mark
    say(f"{unpack(saved / FILES, var):,} files are back")
    if manifest["bucket"]:
        say(f"Documents were left in bucket {manifest['bucket']}: they come from its own copies.")
    return refusals


def verified(saved: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((saved / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupFailed(f"{saved} holds no backup: it has no {MANIFEST} that can be read.") from error
    if manifest.get("format") != FORMAT:
        raise BackupFailed(
            f"{saved} was made by another release: its format is {manifest.get('format')}, not {FORMAT}."
        )
    for name, facts in manifest["parts"].items():
        part = saved / name
        if not part.is_file() or digest(part) != facts["sha256"]:
            raise BackupFailed(f"{name} is not what was saved: its checksum differs. Nothing was restored.")
    return manifest


def refuse_full(admin_url: str, wanted: Installation, var: Path) -> None:
    with connect(admin_url) as admin:
        there = [name for name in databases(wanted) if Runner(admin_url, admin).has_database(name)]
    for name in there:
        with connect(admin_url, dbname=name) as connection:
            row = connection.execute(TABLES).fetchone()
        if row and row[0]:
            raise BackupFailed(
                f"Database {name} holds {row[0]} tables already. Restore into another, or drop it first."
            )
    for place in full_places(var):
        raise BackupFailed(f"{place} holds files already. Restore elsewhere, or move them away first.")


def make_empty(admin_url: str, wanted: Installation) -> None:
    """Roles and databases, and nothing in them: schemas and extensions come with the dump."""
    with connect(admin_url) as admin:
        runner = Runner(admin_url, admin)
        runner.run(role_steps(wanted))
        for name, (owner, _) in databases(wanted).items():
            runner.create_database(name, owner=owner)


def refuse_another_server(admin_url: str, environ: Mapping[str, str]) -> None:
    """What is put back has to be where the installation will look for it. Asked while the databases are still empty."""
    addresses = with_marketing(environ)
    with connect(admin_url) as admin:
        here = admin.execute(STARTED).fetchone()
    for name in ("OWNER_DATABASE_URL", "MARKETING_OWNER_DATABASE_URL"):
        try:
            with psycopg.connect(addresses[name], connect_timeout=10) as owner:
                there = owner.execute(STARTED).fetchone()
        except psycopg.Error as error:
            raise BackupFailed(f"Nobody can sign in by {name} at the server of ADMIN_DATABASE_URL.") from error
        if there != here:
            raise BackupFailed(f"{name} leads to another server than ADMIN_DATABASE_URL. Nothing was restored.")
