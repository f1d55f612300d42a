"""The portal's words in its other languages: gathered from the code, kept in `locale/`, compiled without GNU gettext.

A word is marked where it stands: `gettext` in Python, `{% translate %}` in templates. `manage.py translations` brings
the catalogues up to date; what is new stands there without a translation, and `--check`, which a test runs too, fails
until somebody has written one.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

ROOT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
NOT_OURS = {"node_modules", "static_vendor", "var", "__pycache__", "migrations", "tests", "locale"}
LAZY = {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")}
KEYWORDS = {**DEFAULT_KEYWORDS, **LAZY}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|<[^>]+>")
#: Dates in the files would make two people's work differ for nothing.
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def gathered() -> Catalog:
    """Every marked word, with the files it stands in."""
    catalogue = Catalog(creation_date=NO_DATE, revision_date=NO_DATE)
    for path in sources():
        text = path.read_text()
        if path.suffix != ".py":
            # In brackets, so that what is left of the template need not be indented like Python.
            text = f"(\n{templatize(text, origin=str(path))}\n)"
        found: Any = extract("python", BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"})
        for _, words, _, _ in found:
            catalogue.add(words, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def sources() -> Iterator[Path]:
    for folder, inner, names in ROOT.walk():
        inner[:] = sorted(name for name in inner if name not in NOT_OURS and not name.startswith("."))
        for name in sorted(names):
            path = folder / name
            mark = {".py": "gettext", ".html": "i18n", ".txt": "i18n"}.get(path.suffix)
            if mark and mark in path.read_text(errors="ignore"):
                yield path


def po_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def stored(language: str) -> Catalog:
    path = po_path(language)
    text = path.read_text() if path.exists() else ""
    catalogue = read_po(StringIO(text), locale=language)
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    return catalogue


def updated(language: str, words: Catalog) -> Catalog:
    """The stored translations of the words that are there now; nothing guessed, nothing obsolete kept."""
    old = stored(language)
    new = Catalog(
        locale=language, header_comment="# The portal's words.", project="Tickmark", version="portal", fuzzy=False,
        copyright_holder="", msgid_bugs_address="", last_translator="", language_team="", creation_date=NO_DATE,
        revision_date=NO_DATE,
    )  # fmt: skip
    for message in sorted((message for message in words if message.id), key=_key):
        known = old.get(message.id, message.context)
        if known is None and not isinstance(message.id, str):
            known = old.get(message.id[0], message.context)
        kept = known.string if known and _fits(message, known.string) else ""
        new.add(message.id, kept, locations=sorted(set(message.locations)), context=message.context)
    return new


def po_bytes(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=110, omit_header=False, include_lineno=False)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def write(language: str, words: Catalog) -> None:
    catalogue = updated(language, words)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(catalogue))
    path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))


def faults(language: str, words: Catalog) -> list[str]:
    """What keeps the language from being complete, a sentence each."""
    kept, fresh, path = stored(language), updated(language, words), po_path(language)
    now, then = {_key(message) for message in words if message.id}, {_key(m) for m in kept if m.id}
    found = [f"New and not in the catalogue: {_name(key)}" for key in sorted(now - then)]
    found += [f"In the catalogue and nowhere else: {_name(key)}" for key in sorted(then - now)]
    for message in fresh:
        if message.id:
            found += _faults_of(message)
    if not found and path.read_bytes() != po_bytes(fresh):
        found.append("The catalogue is not as the command writes it.")
    if not found and path.with_suffix(".mo").read_bytes() != mo_bytes(fresh):
        found.append("The compiled catalogue is not that of the written one.")
    return found


def _faults_of(message: Message) -> Iterator[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not all(strings) or not strings:
        yield f"Not translated: {ids[0]}"
        return
    for said, translated in zip(ids, strings, strict=True):
        if set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(translated)) and "%" in said:
            yield f"Its placeholders differ: {said}"


def _fits(message: Message, string: Any) -> bool:
    return isinstance(string, str) == isinstance(message.id, str)


def _key(message: Message) -> tuple[str, str]:
    name = message.id if isinstance(message.id, str) else message.id[0]
    return name, message.context or ""


def _name(key: tuple[str, str]) -> str:
    return key[0]
