"""Our own files, as the architecture tests read them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"node_modules", "static_vendor", "var", "__pycache__", "migrations"}


def files(suffix: str) -> Iterator[Path]:
    for folder, inner, names in ROOT.walk():
        inner[:] = sorted(name for name in inner if name not in NOT_OURS and not name.startswith("."))
        yield from (folder / name for name in sorted(names) if name.endswith(suffix))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PYTHON = list(files(".py"))
TEMPLATES = list(files(".html"))
