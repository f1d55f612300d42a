"""Pages of a PDF out of plain data, set in a process of its own with little to spend."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

PROCESS = Path(__file__).with_name("typesetting_process.py")
SECONDS = 300
#: Tags tell a screen reader what is a heading and what a table. They cost memory for every cell of a table, so a book of
#: more cells is set without: 400 schedules of 60 lines are below it, the leads of 20,000 accounts above. Bookmarks lead to
#: every paper in both.
MOST_TAGGED = 60_000

logger = logging.getLogger(__name__)


class TypesettingFailed(Exception):
    """The pages could not be set. The message is a sentence for the person."""


def pdf(data: dict[str, Any], *, template: str = "pages") -> bytes:
    """`template` is the file beside the process that sets them; what it needs to know is in `data`."""
    said = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    tagged = ["tagged"] if _cells(data) <= MOST_TAGGED else []
    command = [sys.executable, "-I", str(PROCESS), template, *tagged]
    try:
        done = subprocess.run(command, input=said, capture_output=True, timeout=SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired as error:
        raise TypesettingFailed("Setting the pages took too long.") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        logger.error("Pages were not set: %s", done.stderr.decode(errors="replace")[:2000])
        raise TypesettingFailed("The pages could not be set.")
    return done.stdout


def _cells(data: dict[str, Any]) -> int:
    tables = (table for paper in data.get("papers", ()) for table in paper["tables"])
    ledger = data.get("ledger") or {"sections": []}
    listed = sum(len(section["rows"]) * 6 for section in ledger["sections"])
    return listed + sum(len(table["columns"]) * len(table["rows"]) for table in tables)
