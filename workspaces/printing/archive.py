"""A binder as files that open without Tickmark and without a network: an index, every paper twice, and what they cite."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clients.downloads import held_sentence
from clients.evidence.contents import Entry, safe
from clients.file_checks import clean_name
from organizations.models import Organization
from workspaces.models import Binder, Tickmark, Workpaper
from workspaces.printing.book import binder_book, paper_book, sections
from workspaces.printing.contents import PrintedPaper
from workspaces.printing.ledger_page import PrintedLedger
from workspaces.printing.paper_page import drawing, notes_of, signatures, withdrawn_of
from workspaces.sheet import Drawing

FORMAT = "tickmark-binder-1"
STYLE = Path(__file__).with_name("archive.css")
WHOLE, LEDGER, LEDGER_TABLE = "binder.pdf", "ledger.html", "trial-balance.csv"


class OfflineDrawing(Drawing):
    """Marks that carry their own lines, and references that lead to the file beside this one."""

    def mark(self, mark: Tickmark, label: str = "", *, is_bad: bool = False) -> SafeString:
        lines = re.sub(r"<svg[^>]*>|</svg>", "", drawing(mark.mark, is_bad=is_bad))
        return format_html(
            '<svg class="mark" viewBox="0 0 20 20" role="img" aria-label="{}">{}</svg>',
            label or mark.meaning,
            mark_safe(lines),  # noqa: S308  (a drawing of ours)
        )

    def ref(self, paper: Workpaper) -> SafeString:
        return format_html('<a class="ref" href="{0}.html">{0}</a>', paper.reference)


@dataclass
class Cited:
    """The file of a document that papers are about, or why it is not there."""

    entry: Entry | None
    problem: str = ""


def cited_files(printed: Iterable[PrintedPaper]) -> dict[object, Cited]:
    """Version of a document → its file, once, named after the first paper that cites it."""
    found: dict[object, Cited] = {}
    for one in printed:
        document, version = one.paper.document, one.cited
        if document is None or (key := _key(one)) in found:
            continue
        if version is None or not default_storage.exists(version.storage_key):
            found[key] = Cited(None, "The file is not in the store.")
        elif version.is_held:
            found[key] = Cited(None, held_sentence(version))
        else:
            version.document = document
            name = safe(f"{one.paper.reference} {clean_name(document.name)}")
            found[key] = Cited(Entry(f"files/{name}", version))
    return found


def _key(one: PrintedPaper) -> object:
    return one.cited.pk if one.cited else one.paper.document_id


def html_pages(
    binder: Binder, printed: list[PrintedPaper], files: dict[object, Cited], organization: Organization, *, by: str
) -> dict[str, bytes]:
    """The index and every paper, by path."""
    ledger = PrintedLedger(binder)
    more = {"binder": binder, "firm": organization, "by": by, "now": timezone.now(), "style": style()}
    cited = [found for found in files.values() if found.entry]
    pages = {
        "index.html": _html(
            "index", printed=printed, sections=sections(binder, printed), cited=cited, ledger=ledger.is_there, **more
        )
    }
    if ledger.is_there:
        pages |= {LEDGER: _html("ledger", ledger=ledger.page(), **more), LEDGER_TABLE: ledger.table()}
    for one in printed:
        pages[f"papers/{one.paper.reference}.html"] = _html(
            "paper", one=one, paper=one.paper, sheet=one.sheet, signed=signatures(one.standing),
            cited=files.get(_key(one)), notes=notes_of(one), withdrawn=withdrawn_of(one), **more,
        )  # fmt: skip
    return pages


def books(binder: Binder, printed: list[PrintedPaper], organization: Organization, *, by: str) -> dict[str, Any]:
    """What each PDF is set from, by path: the papers, then all of them together."""
    named = [one.paper for one in printed]
    papers = {f"papers/{one.paper.reference}.pdf": paper_book(one, named, organization, by=by) for one in printed}
    return papers | ({WHOLE: binder_book(binder, printed, organization, by=by)} if printed else {})


def _html(name: str, **context: Any) -> bytes:
    return render_to_string(f"workspaces/archive/{name}.html", context).encode()


def style() -> SafeString:
    """Each page stands alone, so it carries its style; no content policy reaches it there."""
    return format_html("<style>{}</style>", mark_safe(STYLE.read_text()))  # noqa: S308  (a file of ours)
