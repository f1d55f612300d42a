"""One paper as plain values for the page that prints it."""

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

from look.dates import record_words
from look.status import lookup
from workspaces import paper_text
from workspaces.bodies import ANSWERS
from workspaces.models import Binder, SignOff, Tickmark
from workspaces.paper_status import Standing
from workspaces.printing.bands import Band, bands
from workspaces.printing.contents import NoteThread, PrintedPaper
from workspaces.printing.prose import breakable, nodes
from workspaces.sheet import Sheet, ShownCell, ShownRow, ShownTick
from workspaces.tie_out import Tie

SIGNED_AS = {"preparer": "Prepared by", "reviewer": "Reviewed by", "partner": "Partner"}
PROBLEM_RED, MARK_GREEN = "#A32020", "#17603C"


def page_of(printed: PrintedPaper) -> dict[str, Any]:
    paper, sheet = printed.paper, printed.sheet
    beside = bands(sheet) if paper.has_grid and sheet.rows else []
    return {
        "id": str(paper.pk), "reference": paper.reference, "title": breakable(paper.title),
        "kind": paper.get_kind_display(), "version": paper.version, "status": str(lookup(printed.standing.status).word),
        "late": _late(printed), "signatures": signatures(printed.standing),
        "texts": {name: nodes(paper.body.get(name, "")) for name in paper_text.TEXTS},
        "tables": [_table(sheet, band) for band in beside], "is_wide": any(band.is_wide for band in beside),
        "items": [_item(item) for item in sheet.items], "is_checklist": paper.kind == paper.Kind.CHECKLIST,
        "legend": [mark_of(mark) for mark in sheet.marks], "cited": _cited(printed),
        "notes": notes_of(printed), "withdrawn": withdrawn_of(printed),
        "problems": [breakable(words) for words in sheet.problems],
    }  # fmt: skip


def signatures(standing: Standing) -> list[dict[str, str]]:
    return [_signature(role, standing.signed.get(role), standing) for role in standing.needed]


def _signature(role: str, sign_off: SignOff | None, standing: Standing) -> dict[str, str]:
    if sign_off is None:
        return {"word": SIGNED_AS[role], "name": "", "when": "", "stale": ""}
    stale = "" if standing.is_signed(role) else f"Modified since: signed at version {sign_off.version}"
    return {
        "word": SIGNED_AS[role], "name": sign_off.member.display_name, "when": record_words(sign_off.signed_at),
        "stale": stale,
    }  # fmt: skip


def _late(printed: PrintedPaper) -> str:
    paper = printed.paper
    if paper.late_at is None:
        return ""
    return f"Added after the file was locked, on {record_words(paper.late_at)}: {breakable(paper.late_reason)}"


def _cited(printed: PrintedPaper) -> dict[str, str] | None:
    document, version = printed.paper.document, printed.cited
    if document is None:
        return None
    said = f"Version {version.number}, SHA-256 {breakable(version.sha256)}" if version else ""
    return {"name": breakable(document.name), "said": said}


# The table


def _table(sheet: Sheet, band: Band) -> dict[str, Any]:
    places = [at for at, column in enumerate(sheet.grid.columns) if column.id in band.column_ids]
    columns = [
        {
            "title": breakable(column.title), "figure": column.is_figure, "ticks": column.id in sheet.ticked_columns,
            "width": band.widths[column.id],
        }
        for column in (sheet.grid.columns[at] for at in places)
    ]  # fmt: skip
    return {
        "columns": columns, "has_refs": sheet.has_ties, "rows": [_row(row, places) for row in sheet.rows],
    }  # fmt: skip


def _row(row: ShownRow, places: list[int]) -> dict[str, Any]:
    return {
        "kind": row.kind, "cells": [_cell(row.cells[at]) for at in places],
        "refs": [_ref(tie) for at in places for tie in row.cells[at].ties],
    }  # fmt: skip


def _cell(cell: ShownCell) -> dict[str, Any]:
    parted = any(not tie.holds for tie in cell.ties)
    return {
        "text": breakable(cell.problem or cell.value), "bad": bool(cell.problem) or parted,
        "ticks": [_tick(tick) for tick in cell.ticks],
    }  # fmt: skip


def _tick(tick: ShownTick) -> dict[str, str]:
    drawn = drawing(tick.mark.mark, is_bad=bool(tick.problem)) if tick.mark else ""
    return {"drawing": drawn, "key": tick.kept[:12] if not tick.mark else "", "problem": tick.problem}


def _ref(tie: Tie) -> dict[str, str]:
    there = "" if tie.holds else f"there {tie.shown_other or 'no figure'}"
    return {"id": str(tie.other.pk), "reference": tie.other.reference, "there": there}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    answer = ANSWERS.get(item.get("answer", ""), "")
    return {"text": breakable(item["text"]), "answer": answer, "note": nodes(item.get("note", ""))}


# Marks


@cache
def drawing(kind: str, *, is_bad: bool = False) -> str:
    """The mark as a picture that stands alone."""
    found = finders.find(f"marks/m-{kind}.svg")
    assert found, kind  # noqa: S101  (a choice of Tickmark.Mark)
    colour = PROBLEM_RED if is_bad or kind == Tickmark.Mark.EXCEPTION else MARK_GREEN
    style = f'fill="none" stroke="{colour}" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"'
    return Path(found).read_text().replace("<path ", f"<path {style} ")


def mark_of(mark: Tickmark) -> dict[str, str]:
    return {"id": str(mark.pk), "drawing": drawing(mark.mark), "meaning": breakable(mark.meaning)}


# What was said about it


def notes_of(printed: PrintedPaper) -> list[dict[str, Any]]:
    return [_note(thread, printed.sheet, printed.paper.binder) for thread in printed.notes]


def withdrawn_of(printed: PrintedPaper) -> list[str]:
    return [_withdrawn(sign_off) for sign_off in printed.withdrawn]


def _note(thread: NoteThread, sheet: Sheet, binder: Binder) -> dict[str, Any]:
    """Under the policy that removes cleared notes, a print holds the record of them and not their words."""
    note = thread.note
    is_kept = note.purged_at is None and (note.cleared_at is None or binder.notes_policy == Binder.NotesPolicy.KEEP)
    return {
        "who": note.raised_by.display_name, "when": record_words(note.created_at), "place": sheet.place_name(note.anchor),
        "text": breakable(note.text) if is_kept else "", "is_kept": is_kept,
        "replies": [
            {"who": reply.raised_by.display_name, "when": record_words(reply.created_at), "text": breakable(reply.text)}
            for reply in thread.replies
            if is_kept
        ],
        "cleared": f"Cleared by {note.cleared_by}, {record_words(note.cleared_at)}" if note.cleared_at else "",
    }  # fmt: skip


def _withdrawn(sign_off: SignOff) -> str:
    assert sign_off.withdrawn_at  # noqa: S101  (only these are printed)
    return (
        f"{sign_off.member.display_name}, {sign_off.get_role_display().lower()}, version {sign_off.version}, signed "
        f"{record_words(sign_off.signed_at)}. Taken back by {sign_off.withdrawn_by}, "
        f"{record_words(sign_off.withdrawn_at)}: {breakable(sign_off.withdrawn_reason)}"
    )
