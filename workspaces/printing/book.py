"""The data of a print: one paper, or a whole binder with its index before and its legend after the papers."""

from typing import Any

from django.utils import timezone

from look.dates import day_words, record_words
from look.status import lookup
from organizations.models import Organization
from workspaces.models import Binder, Workpaper
from workspaces.numbering import gaps
from workspaces.paper_status import Standing
from workspaces.printing.contents import PrintedPaper
from workspaces.printing.ledger_page import MOST_LISTED, PrintedLedger
from workspaces.printing.paper_page import mark_of, page_of
from workspaces.printing.prose import breakable

#: The currencies of the countries whose paper is Letter and not A4.
LETTER = {"USD", "CAD", "MXN", "PHP", "CLP", "COP", "CRC", "GTQ", "PAB", "VES"}


def paper_book(printed: PrintedPaper, named: list[Workpaper], organization: Organization, *, by: str) -> dict[str, Any]:
    return _book(printed.paper.binder, [printed], named, organization, by=by, title=str(printed.paper))


def binder_book(binder: Binder, printed: list[PrintedPaper], organization: Organization, *, by: str) -> dict[str, Any]:
    book = _book(binder, printed, [one.paper for one in printed], organization, by=by, title=str(binder))
    missing = gaps(one.paper.reference for one in printed)
    book["ledger"] = PrintedLedger(binder).page(most=MOST_LISTED)
    book["binder"] = {
        "facts": _facts(binder, printed),
        "sections": sections(binder, printed),
        "gaps": ", ".join(missing),
    }
    return book


def _book(
    binder: Binder,
    printed: list[PrintedPaper],
    named: list[Workpaper],
    organization: Organization,
    *,
    by: str,
    title: str,
) -> dict[str, Any]:
    marks = printed[0].sheet.legend.marks if printed else []
    used = {mark.pk for one in printed for mark in one.sheet.marks}
    client = binder.project.client
    return {
        "title": title, "firm": organization.name, "client": client.name if client else organization.name,
        "project": binder.project.name, "period": f"period ended {record_words(binder.period_end)}",
        "currency": binder.currency, "printed": f"Printed {record_words(timezone.now())} by {by}",
        "paper_size": "us-letter" if organization.currency in LETTER else "a4", "binder": None, "ledger": None,
        "papers": [page_of(one) for one in printed],
        "names": {str(paper.pk): paper.reference for paper in named},
        "marks": {str(mark.pk): mark_of(mark) for mark in marks},
        "legend": [mark_of(mark) for mark in marks if mark.pk in used],
    }  # fmt: skip


def _facts(binder: Binder, printed: list[PrintedPaper]) -> list[tuple[str, str]]:
    state = "Open"
    if binder.locked_at and binder.locked_by:
        state = f"Locked on {record_words(binder.locked_at)} by {binder.locked_by.display_name}"
    report = record_words(binder.report_released_on) if binder.report_released_on else "not released yet"
    kept = [("Kept until", record_words(binder.retained_until))] if binder.retained_until else []
    hold = [("Legal hold", breakable(binder.legal_hold_reason))] if binder.is_on_hold else []
    complete = sum(1 for one in printed if one.standing.is_complete)
    signed = f"{complete} of {len(printed)} fully signed"
    return [("State", state), ("Report", report), ("Papers", signed), *kept, *hold]


def sections(binder: Binder, printed: list[PrintedPaper]) -> list[dict[str, Any]]:
    """The index, by the letters of the binder's scheme."""
    titles = binder.section_titles
    grouped: dict[str, list[dict[str, Any]]] = {}
    for one in printed:
        grouped.setdefault(one.paper.section, []).append(_line(one))
    return [
        {"title": f"{letter} {titles.get(letter, '')}".strip(), "papers": papers} for letter, papers in grouped.items()
    ]


def _line(one: PrintedPaper) -> dict[str, str]:
    return {
        "id": str(one.paper.pk), "reference": one.paper.reference, "title": breakable(one.paper.title),
        "status": str(lookup(one.standing.status).word), "prepared": _signed(one.standing, "preparer"),
        "reviewed": _signed(one.standing, "reviewer"),
    }  # fmt: skip


def _signed(standing: Standing, role: str) -> str:
    found = standing.signed.get(role)
    if found is None:
        return ""
    day = timezone.localtime(found.signed_at).date()
    return f"{found.member.display_name}, {day_words(day, day)}"
