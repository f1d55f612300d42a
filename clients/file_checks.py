"""Is this file what its name says, and may it come in? Every no is a sentence for the person who sent it."""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import extraction

HEAD = 64 * 1024
NAME_LENGTH = 255
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: ELF, Mach-O in its four byte orders and its bundle (which Java classes share), a Windows shortcut.
PROGRAMS = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
SCRIPTS = (b"#!", b"<?php", b"@echo off")
PROGRAM_NAMES = re.compile(r"\.(exe|com|scr|dll|msi|bat|cmd|ps1|vbs|js|jar|sh|app|lnk|hta)$", re.IGNORECASE)
# Control characters, and those that turn the reading direction: “invoice\u202efdp.exe” reads as a PDF.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

LOCKED = gettext_lazy("Not accepted: the file has a password. Send it without one.")
PROGRAM = gettext_lazy("Not accepted: the file is a program or script. Send documents only.")
OTHER_TYPE = gettext_lazy(
    "Not accepted: files of this type. Send PDF, Word, Excel, PowerPoint, images, e-mails, text or ZIP."
)
EMPTY = gettext_lazy("Not accepted: the file is empty. Check it and send it again.")


#: Words of an expected format → the endings that fit it.
FORMATS = {
    "pdf": ("pdf",), "excel": ("xlsx", "xls", "ods", "csv"), "xlsx": ("xlsx",), "spreadsheet": ("xlsx", "xls", "ods", "csv"),
    "csv": ("csv",), "word": ("docx", "doc", "odt", "rtf"), "docx": ("docx",), "powerpoint": ("pptx", "ppt"),
    "zip": ("zip",), "image": ("png", "jpg", "jpeg", "heic", "webp", "tif", "tiff", "gif"),
    "scan": ("pdf", "png", "jpg", "jpeg", "heic", "webp", "tif", "tiff"), "photo": ("png", "jpg", "jpeg", "heic", "webp"),
    "e-?mail": ("eml", "msg", "pdf"), "text": ("txt", "csv", "docx"),
}  # fmt: skip


class UploadRefused(Exception):
    """The file may not come in. The message is a sentence for whoever sent it."""


def check(upload: File) -> str:
    """The content type to keep for the file. Raises UploadRefused."""
    _check_size(upload.size)
    upload.seek(0)
    head = upload.read(HEAD)
    if is_program(head):
        raise UploadRefused(PROGRAM)
    extension = _check_extension(clean_name(upload.name))
    content_type, matches = ALLOWED[extension]
    _refuse_password(upload, head, extension)
    if not matches(upload, head):
        kind = extension.upper()
        raise UploadRefused(
            _("Not accepted: the name says %(kind)s, the content does not. Save it as %(kind)s and send it again.")
            % {"kind": kind}
        )
    upload.seek(0)
    return content_type


def check_announced(name: str, size: int) -> None:
    """What can be said before a byte is here, so that nobody sends a gigabyte for nothing. Raises UploadRefused."""
    _check_size(size)
    _check_extension(name)


def _check_size(size: int) -> None:
    if not size:
        raise UploadRefused(EMPTY)
    if size > settings.UPLOAD_LIMIT_BYTES:
        limit, told = filesizeformat(settings.UPLOAD_LIMIT_BYTES), filesizeformat(size)
        said = _("Not accepted: the file has %(size)s, the limit is %(limit)s. Send it in parts.")
        raise UploadRefused(said % {"size": told, "limit": limit})


def _check_extension(name: str) -> str:
    extension = PurePath(name).suffix[1:].lower()
    if PROGRAM_NAMES.search(name):
        raise UploadRefused(PROGRAM)
    if extension not in ALLOWED:
        raise UploadRefused(OTHER_TYPE)
    return extension


def format_note(name: str, expected: str) -> str:
    """What to say of a file that is not in the format that was asked for; nothing if it is, or if any would do."""
    wanted = {
        ending for word, endings in FORMATS.items() if re.search(rf"\b{word}\b", expected, re.I) for ending in endings
    }
    ending = PurePath(name).suffix[1:].lower()
    if not wanted or ending in wanted:
        return ""
    said = _("Asked for as %(wanted)s; this is %(kind)s. It is kept: add the %(wanted)s file too if you have one.")
    return said % {"wanted": expected, "kind": ending.upper()}


def clean_name(name: str | None) -> str:
    """The last part of the path in unicode as it is, without what would deceive a reader or a header."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    cleaned = PurePath(UNSAFE.sub("", last).strip(" ."))
    suffix = cleaned.suffix[:20]
    return f"{cleaned.stem[: NAME_LENGTH - len(suffix)] or 'file'}{suffix}"


def is_program(head: bytes) -> bool:
    # A spreadsheet may begin with the letters MZ; a Windows program has zero bytes right behind them.
    if head.startswith(b"MZ") and b"\0" in head[:512]:
        return True
    return head.startswith(PROGRAMS) or head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(SCRIPTS)


def _refuse_password(upload: File, head: bytes, extension: str) -> None:
    locked = {"pdf": _is_locked_pdf, "PK": _is_locked_zip, "OLE": _is_locked_ole}
    kind = "pdf" if extension == "pdf" else "PK" if head.startswith(b"PK") else "OLE" if head.startswith(OLE) else ""
    if kind and locked[kind](upload):
        raise UploadRefused(LOCKED)


def _is_locked_pdf(file: IO[bytes]) -> bool:
    """Whether it asks who opens it for a password; one that only keeps people from changing it does not."""
    return _is_encrypted_pdf(file) and not extraction.opens_freely(file)


def _is_encrypted_pdf(file: IO[bytes]) -> bool:
    """Whether the newest trailer, a dictionary or the head of a cross-reference stream, names /Encrypt."""
    size = file.seek(0, 2)
    file.seek(max(0, size - HEAD))
    tail = file.read(HEAD)
    starts = re.findall(rb"startxref\s+(\d{1,12})", tail)
    file.seek(min(int(starts[-1]), size) if starts else size)
    section = file.read(64 * HEAD).lstrip()
    if section.startswith(b"xref"):
        return b"/Encrypt" in section.partition(b"trailer")[2].partition(b"startxref")[0]
    if re.match(rb"\d+\s+\d+\s+obj", section):
        return b"/Encrypt" in section.partition(b"stream")[0]
    return b"/Encrypt" in tail  # a broken table: whoever opens the file will look at its end, too


def _is_locked_zip(file: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                return True
            manifest = "META-INF/manifest.xml"  # OpenDocument says there which of its parts are encrypted
            return manifest in archive.namelist() and b"encryption-data" in archive.open(manifest).read(HEAD)
    except BROKEN_ZIP:
        return False


def _is_locked_ole(file: IO[bytes]) -> bool:
    """A password-protected docx, xlsx or pptx is no ZIP but an OLE file that holds an encrypted one."""
    needle, kept = "EncryptedPackage".encode("utf-16-le"), b""
    file.seek(0)
    while block := file.read(16 * HEAD):
        if needle in kept + block:
            return True
        kept = block[-len(needle) :]
    return False


Matches = Callable[[IO[bytes], bytes], bool]


def _begins(*starts: bytes) -> Matches:
    return lambda file, head: head.startswith(starts)


def _zip_with(*names: str) -> Matches:
    """A whole ZIP that has one of these entries, or any entry at all if none is named, and no program."""

    def matches(file: IO[bytes], head: bytes) -> bool:
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.namelist()
        except BROKEN_ZIP:
            return False
        if any(PROGRAM_NAMES.search(entry) for entry in entries):
            raise UploadRefused(_("Not accepted: the ZIP holds a program or script. Send documents only."))
        if not entries:
            raise UploadRefused(EMPTY)
        return not names or any(entry.startswith(names) for entry in entries)

    return matches


def _text(*first: bytes) -> Matches:
    def matches(file: IO[bytes], head: bytes) -> bool:
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return True
        return b"\0" not in head and (not first or head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(first))

    return matches


def _is_heic(file: IO[bytes], head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in (
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"mif1",
        b"msf1",
    )


OFFICE = "application/vnd.openxmlformats-officedocument"
ALLOWED: dict[str, tuple[str, Matches]] = {
    "pdf": ("application/pdf", lambda file, head: b"%PDF-" in head[:1024]),
    "docx": (f"{OFFICE}.wordprocessingml.document", _zip_with("word/")),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", _zip_with("xl/")),
    "pptx": (f"{OFFICE}.presentationml.presentation", _zip_with("ppt/")),
    "odt": ("application/vnd.oasis.opendocument.text", _zip_with("content.xml")),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _zip_with("content.xml")),
    "doc": ("application/msword", _begins(OLE)),
    "xls": ("application/vnd.ms-excel", _begins(OLE)),
    "ppt": ("application/vnd.ms-powerpoint", _begins(OLE)),
    "msg": ("application/vnd.ms-outlook", _begins(OLE)),
    "rtf": ("application/rtf", _begins(b"{\\rtf")),
    "eml": ("message/rfc822", _text()),
    "csv": ("text/csv", _text()),
    "txt": ("text/plain", _text()),
    "xml": ("application/xml", _text(b"<")),
    "json": ("application/json", _text(*(bytes([c]) for c in b'{["-0123456789tfn'))),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "gif": ("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", lambda file, head: head.startswith(b"RIFF") and head[8:12] == b"WEBP"),
    "heic": ("image/heic", _is_heic),
    "tif": ("image/tiff", _begins(b"II*\0", b"MM\0*")),
    "tiff": ("image/tiff", _begins(b"II*\0", b"MM\0*")),
    "zip": ("application/zip", _zip_with()),
}  # fmt: skip
