"""Pages of a PDF out of plain data, set in a process of its own with little to spend."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

PROCESS = Path(__file__).with_name("typesetting_process.py")
SECONDS = 300

logger = logging.getLogger(__name__)


class TypesettingFailed(Exception):
    """The pages could not be set. The message is a sentence for the person."""


def set_pages(data: dict[str, Any], template: Path, *, is_tagged: bool = True) -> bytes:
    """`template` is a typst file; what it needs to know is in `data`. Tags tell a screen reader what a table is."""
    said = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    command = [sys.executable, "-I", str(PROCESS), str(template), *(["tagged"] if is_tagged else [])]
    try:
        done = subprocess.run(command, input=said, capture_output=True, timeout=SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired as error:
        raise TypesettingFailed("Setting the pages took too long.") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        # What it says of the template quotes the data, and so a client's words: its class is enough to look it up by.
        kind = done.stderr.decode(errors="replace").partition(":")[0]
        logger.error(
            "Pages were not set: %s, code %s", kind if kind.isidentifier() else "no error named", done.returncode
        )
        raise TypesettingFailed("The pages could not be set.")
    return done.stdout
