"""Bringing a saved installation back: into databases and folders that hold nothing, after every checksum was right."""

import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from config.backups.programs import run
from config.backups.saving import FOLDERS, FORMAT, MANIFEST, BackupFailed, digest
from tenancy.addresses import installation
from tenancy.provision import Runner, connect, provision
from tenancy.provision_sql import Installation, databases, role_steps

TABLES = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('public', 'marketing', 'app')"


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
    with tarfile.open(saved / "files.tar") as tar:
        tar.extractall(var, filter="data")
        say(f"{len(tar.getmembers()):,} files are in {var}")
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
    for folder in FOLDERS:
        if any((var / folder).glob("*")):
            raise BackupFailed(f"{var / folder} holds files already. Restore elsewhere, or move them away first.")


def make_empty(admin_url: str, wanted: Installation) -> None:
    """Roles and databases, and nothing in them: schemas and extensions come with the dump."""
    with connect(admin_url) as admin:
        runner = Runner(admin_url, admin)
        runner.run(role_steps(wanted))
        for name, (owner, _) in databases(wanted).items():
            runner.create_database(name, owner=owner)
