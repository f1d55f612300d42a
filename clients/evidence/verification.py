"""Is this package what its manifest says, and is the manifest one of ours? Reads a zip that anybody may have made."""

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile

from clients.evidence.papers import FORMAT, MANIFEST
from clients.models import EvidencePackage
from organizations.models import Membership

MOST_ENTRIES = 50_000
MOST_MANIFEST = 32 * 1024 * 1024
#: So much is unpacked of one package; what comes after it is told as not looked at.
MOST_BYTES = 8 * 1024**3
PIECE = 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)

#: Format → how a member finds the package of this manifest. The apps above add what they pack in `AppConfig.ready()`.
KNOWN: dict[str, Callable[[str, Membership], Any]] = {
    FORMAT: lambda manifest_sha256, by: (
        EvidencePackage.objects.visible_to(by)
        .filter(manifest_sha256=manifest_sha256)
        .select_related("client", "request_list", "created_by")
        .first()
    )
}


class NotAPackage(Exception):
    """The message is a sentence for whoever asked."""


@dataclass
class Verdict:
    """What became of each file the manifest names, and what else is there."""

    manifest_sha256: str
    title: str
    made_at: str
    format: str
    #: What the firm keeps of it: an EvidencePackage, or what another app packs.
    package: Any = None
    matching: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not (self.changed or self.missing or self.extra or self.unread)


@dataclass(frozen=True)
class Named:
    path: str
    sha256: str
    size: int


def verify(uploads: list[UploadedFile], *, by: Membership) -> Verdict:
    """A package, or its manifest with some of its files. Raises NotAPackage."""
    if len(uploads) == 1 and not str(uploads[0].name).casefold().endswith(".json"):
        verdict = _zip(uploads[0])
    else:
        verdict = _loose(uploads)
    verdict.package = KNOWN[verdict.format](verdict.manifest_sha256, by)
    return verdict


def _zip(upload: UploadedFile) -> Verdict:
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise NotAPackage(f"This zip has {len(entries):,} entries. No package of ours has so many.")
            return _compared(archive, entries)
    except BROKEN as error:
        raise NotAPackage(
            "This is no zip that can be read to its end. Choose the package as it was downloaded."
        ) from error


def _compared(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Verdict:
    times = Counter(entry.filename for entry in entries)
    by_name = {entry.filename: entry for entry in entries if not entry.is_dir()}
    if MANIFEST not in by_name:
        raise NotAPackage(f"There is no {MANIFEST} in this zip, so it is not a package of Tickmark, or not whole.")
    verdict, named = _read_manifest(_capped(archive, by_name[MANIFEST]))
    left = MOST_BYTES
    for file in named:
        entry = by_name.get(file.path)
        if entry is None:
            verdict.missing.append(file.path)
        elif times[file.path] > 1:
            verdict.changed.append(f"{file.path} (there {times[file.path]} times)")
        elif left < file.size:
            verdict.unread.append(file.path)
        else:
            left -= file.size
            (verdict.matching if _is_same(archive, entry, file) else verdict.changed).append(file.path)
    known = {file.path for file in named} | {MANIFEST}
    verdict.extra = sorted(name for name in by_name if name not in known)
    return verdict


def _capped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as packed:
        said = packed.read(MOST_MANIFEST + 1)
    if len(said) > MOST_MANIFEST:
        raise NotAPackage(f"The {MANIFEST} in this zip is larger than any of ours.")
    return said


def _is_same(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Named) -> bool:
    """Never unpacks more than the manifest says the file has."""
    if entry.file_size != file.size:
        return False
    try:
        with archive.open(entry) as packed:
            return _digest(packed, file.size) == file.sha256
    except BROKEN:
        return False


def _digest(file: IO[bytes], size: int) -> str:
    digest, read = hashlib.sha256(), 0
    while piece := file.read(PIECE):
        read += len(piece)
        if read > size:
            return ""
        digest.update(piece)
    return digest.hexdigest()


def _loose(uploads: list[UploadedFile]) -> Verdict:
    """Files without their folders: the same checksum is the same file, the same name with another one has changed."""
    manifest = next((upload for upload in uploads if upload.name == MANIFEST), None)
    if manifest is None or (manifest.size or 0) > MOST_MANIFEST:
        raise NotAPackage(f"Choose the package as a zip, or its {MANIFEST} together with the files to verify.")
    verdict, named = _read_manifest(manifest.read())
    files = [upload for upload in uploads if upload is not manifest]
    digests = {str(upload.name): _digest(upload, upload.size or 0) for upload in files}
    found = set(digests.values())
    for file in named:
        name = file.path.rpartition("/")[2]
        where = verdict.matching if file.sha256 in found else verdict.changed if name in digests else verdict.missing
        where.append(file.path)
    expected = {file.sha256 for file in named}
    names = {file.path.rpartition("/")[2] for file in named}
    verdict.extra = sorted(name for name, digest in digests.items() if digest not in expected and name not in names)
    return verdict


def _read_manifest(raw: bytes) -> tuple[Verdict, list[Named]]:
    try:
        said = json.loads(raw)
        if said["format"] not in KNOWN:
            raise ValueError("another format")
        named = list(_named(said["files"]))
        digest, title, made_at = hashlib.sha256(raw).hexdigest(), str(said["title"])[:300], str(said["made_at"])[:40]
        return Verdict(digest, title, made_at, said["format"]), named
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAPackage(f"The {MANIFEST} is not one of ours: it cannot be read.") from error


def _named(files: list[dict[str, Any]]) -> Iterable[Named]:
    for file in files[:MOST_ENTRIES]:
        size = file["size"]
        if not isinstance(size, int) or size < 0:
            raise ValueError("not a size")
        yield Named(str(file["path"]), str(file["sha256"]), size)
