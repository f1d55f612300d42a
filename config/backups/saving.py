"""Saving: a dump of each database, then the files, then a manifest with the checksum of each part.

The order matters: a file that came in meanwhile is one too many, a row without its file would be one too few.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from config.backups.files import archive, store
from config.backups.programs import run
from tenancy.addresses import MissingSetting, with_marketing

MANIFEST, FILES, FORMAT = "manifest.json", "files.tar", 1
PIECE = 1024 * 1024


class BackupFailed(Exception):
    """The message is one sentence for a person."""


@dataclass(frozen=True)
class Source:
    """A database to dump: as whom, and what pg_dump has to know of that role."""

    part: str
    url: str
    flags: tuple[str, ...] = ()


def sources(environ: Mapping[str, str]) -> Iterator[Source]:
    """`tickmark_backup` sees every row. A server that gives no role that right is saved as the owner, by its policy."""
    values = with_marketing(environ)
    site, owner = values.get("MARKETING_OWNER_DATABASE_URL", ""), values.get("OWNER_DATABASE_URL", "")
    is_shared = place_of(site) == place_of(owner)
    if own := values.get("BACKUP_DATABASE_URL"):
        yield Source("application.dump", own)
    elif owner and not is_shared:
        yield Source("application.dump", owner, ("--enable-row-security",))
    else:
        raise MissingSetting("BACKUP_DATABASE_URL is not set: the application's database, as tickmark_backup.")
    if site and not is_shared:
        yield Source("marketing.dump", site)


def place_of(url: str) -> tuple[object, ...]:
    parts = conninfo_to_dict(url) if url else {}
    return parts.get("host"), parts.get("port"), parts.get("dbname")


def save(
    target: Path,
    environ: Mapping[str, str],
    var: Path,
    say: Callable[[str], None],
    *,
    keep: int = 0,
    leave_bucket: bool = False,
) -> Path:
    """A new folder in `target`, which has its name only once it is whole; then the oldest beyond `keep` go.

    Documents in a bucket are copied out of it, unless it is left to keep copies of its own.
    """
    made = datetime.now(UTC)
    name = f"tickmark-{made:%Y%m%dT%H%M%SZ}"
    target.mkdir(parents=True, exist_ok=True)
    working = target / f".{name}"
    working.mkdir(mode=0o700)
    try:
        for source in sources(environ):
            run("pg_dump", source.url, "--format=custom", f"--file={working / source.part}", *source.flags)
            say(f"{source.part}: {(working / source.part).stat().st_size:,} bytes")
        (working / FILES).touch(mode=0o600)
        say(f"{FILES}: {archive(working / FILES, var, leave_bucket=leave_bucket):,} files")
        if bucket := left_out(leave_bucket):
            say(f"Documents stay in bucket {bucket}, which has to keep copies of its own.")
        manifest = {"format": FORMAT, "made_at": made.isoformat(), "bucket": bucket, "parts": parts_of(working)}
        (working / MANIFEST).write_text(json.dumps(manifest, indent=2))
        os.sync()
        whole = working.rename(target / name)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    for old in sorted(target.glob("tickmark-*"))[:-keep] if keep else ():
        shutil.rmtree(old)
        say(f"{old.name} is gone: {keep} are kept.")
    return whole


def parts_of(working: Path) -> dict[str, dict[str, str | int]]:
    return {part.name: {"sha256": digest(part), "bytes": part.stat().st_size} for part in sorted(working.iterdir())}


def left_out(leave_bucket: bool) -> str:
    """The bucket whose documents the backup does not hold; empty where it holds them all."""
    objects = store()
    return objects.bucket_name if objects and leave_bucket else ""


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
