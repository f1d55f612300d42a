"""PostgreSQL's own programs, told where to go by their environment: an address on a command line is there for all to read."""

import os
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from config.localpg_programs import LocalServerError, find_programs

NAMES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip


class ProgramFailed(Exception):
    """The message is one sentence for a person."""


def run(program: str, url: str, *arguments: str) -> None:
    parts = conninfo_to_dict(url)
    place = {variable: str(parts[name]) for name, variable in NAMES.items() if parts.get(name)}
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("PG") and "DATABASE_URL" not in name
    }
    done = subprocess.run(
        [find(program), "--no-password", *arguments], capture_output=True, text=True, env=kept | place
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise ProgramFailed(f"{program} could not do it: {lines[0]}")


def find(program: str) -> str:
    """Those of PG_BIN or of the embedded server, else the system's."""
    try:
        own = find_programs() / program
    except LocalServerError:
        own = Path(program)
    found = str(own) if own.exists() else shutil.which(program)
    if found is None:
        raise ProgramFailed(
            f"There is no {program} on this machine: install PostgreSQL's client programs, or set PG_BIN."
        )
    return found
