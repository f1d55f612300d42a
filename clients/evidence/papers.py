"""The papers of a package: an index to read, one to calculate with, and the checksums of everything."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clients.evidence.contents import Contents, Entry, Item
from clients.models import EvidencePackage
from organizations.csv_download import without_formula

MANIFEST = "manifest.json"
CHECKSUMS = "checksums.sha256"
FORMAT = "tickmark-evidence-1"
STYLE = Path(__file__).with_name("index.css")
COLUMNS = [
    "Request", "List", "Section", "Title", "State", "Due", "Answer", "Answer in words", "Answered by", "Answered at",
    "Reviewed by", "Reviewed at", "Reason", "Missing", "File", "Version", "Size", "SHA-256", "From", "Received at", "Seen by",
]  # fmt: skip


@dataclass(frozen=True)
class Papers:
    """By path, in the order they go into the package. The manifest is the last: it names all others."""

    by_path: dict[str, bytes]
    manifest_sha256: str


def papers_of(contents: Contents, package: EvidencePackage) -> Papers:
    made = {
        "package": package,
        "contents": contents,
        "now": timezone.now(),
        "zone": timezone.get_current_timezone_name(),
    }
    papers = {
        "index.html": render_to_string("clients/evidence/index.html", {**made, "style": style()}).encode(),
        "index.csv": _index(contents).encode("utf-8-sig"),
    }
    return sealed(papers, contents.entries, format=FORMAT, package=str(package.pk), title=contents.title)


def sealed(papers: dict[str, bytes], entries: list[Entry], *, format: str, package: str, title: str) -> Papers:
    """With the checksums of everything, as people and as programs read them."""
    whole = {**papers, CHECKSUMS: _checksums(entries, papers).encode()}
    whole[MANIFEST] = _manifest(entries, whole, {"format": format, "package": package, "title": title})
    return Papers(whole, hashlib.sha256(whole[MANIFEST]).hexdigest())


def style() -> SafeString:
    """The page stands alone in the package, so it carries its style; no content policy reaches it there."""
    return format_html("<style>{}</style>", mark_safe(STYLE.read_text()))  # noqa: S308 (a file of ours)


def _index(contents: Contents) -> str:
    """A row for each file of each request, and for each request without any."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for section in contents.sections:
        for item in section.items:
            entries: list[Entry | None] = [*item.entries] or [None]
            for entry in entries:
                writer.writerow(
                    [without_formula(cell) for cell in [*_of_request(item, section.name), *_of_file(entry)]]
                )
    for entry in contents.others:
        writer.writerow([without_formula(cell) for cell in [*[""] * 14, *_of_file(entry)]])
    return out.getvalue()


def _of_request(item: Item, section: str) -> list[object]:
    asked = item.request
    return [
        asked.reference, asked.request_list.title, section, asked.title, asked.get_status_display(), asked.due_date or "",
        asked.get_answer_display() if asked.answer else "", words_of(item), asked.submitted_by or "",
        _moment(asked.submitted_at), asked.reviewed_by or "", _moment(asked.reviewed_at), asked.review_reason,
        "; ".join(item.gaps),
    ]  # fmt: skip


def words_of(item: Item) -> str:
    """The typed answer, the rows of a table under their columns, and what was said with it."""
    table = [" | ".join(cells) for cells in [item.columns, *item.rows]] if item.rows else []
    return "\n".join(filter(None, [item.request.answer_words, *table, item.request.answer_text]))


def _of_file(entry: Entry | None) -> list[object]:
    if entry is None:
        return [""] * 7
    version = entry.version
    return [
        entry.path, version.number, version.size, version.sha256, version.uploader_name, _moment(version.created_at),
        entry.document.get_visibility_display(),
    ]  # fmt: skip


def _moment(value: object) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""  # type: ignore[arg-type]


def _checksums(entries: list[Entry], papers: dict[str, bytes]) -> str:
    """As `sha256sum --check` reads it, for whoever has nothing else."""
    sums = {entry.path: entry.version.sha256 for entry in entries}
    sums |= {path: hashlib.sha256(paper).hexdigest() for path, paper in papers.items()}
    return "".join(f"{digest}  {path}\n" for path, digest in sums.items())


def _manifest(entries: list[Entry], papers: dict[str, bytes], said: dict[str, str]) -> bytes:
    files = [{"path": e.path, "sha256": e.version.sha256, "size": e.version.size} for e in entries]
    files += [{"path": p, "sha256": hashlib.sha256(b).hexdigest(), "size": len(b)} for p, b in papers.items()]
    whole = {**said, "made_at": timezone.now().isoformat(), "files": files}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()
