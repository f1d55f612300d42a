import io

import pypdf
import pytest

from tests.cast import Firm
from workspaces.models import CrossReference, ReviewNote
from workspaces.printing import typesetting
from workspaces.printing.book import binder_book, paper_book
from workspaces.printing.contents import gathered, papers_of
from workspaces.printing.prose import nodes
from workspaces.tests.papers import empty_binder, footed, paper, schedule

pytestmark = pytest.mark.django_db
MARKUP = '#read("/etc/passwd") $x^2$ *bold* @nowhere <label> \\ [[tick f]] #import "@preview/cetz:0.2.2"'


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def printed(firm: Firm) -> list[str]:
    papers = papers_of(firm.binder)
    return text_of(typesetting.pdf(binder_book(firm.binder, gathered(papers, papers), firm.organization, by="Ana")))


def test_a_printed_paper_carries_its_title_block_figures_marks_and_page_numbers(firm, sign_in):
    tick = footed()
    made = schedule(firm, "C-1", (-36215_00, 1284310_00), ticks=[str(tick.pk)])
    ReviewNote.objects.create(workpaper=made, anchor="r1", text="Agree this.", raised_by=firm.members["admin"])
    answer = sign_in(firm.viewer).get(firm.url("workpaper_pdf", workpaper_id=made.pk))
    assert answer.headers["Content-Type"] == "application/pdf"
    page = text_of(answer.content)[0]
    for words in (firm.organization.name, "C-1", "Paper C-1", "(36,215)", "1,284,310", "Footed", "not signed",
                  "Agree this.", "Row 1", "Page 1 of 1"):  # fmt: skip
        assert words in page, words


def test_what_people_wrote_is_printed_as_it_stands_and_never_carried_out(firm):
    made = paper(
        firm, "A-1", {"purpose": MARKUP, "work": f"1. {MARKUP}\n\n| a | b |\n|---|---|\n| {MARKUP} | c |"}, "memo"
    )
    made.title = MARKUP
    book = paper_book(gathered([made], [])[0], [], firm.organization, by=MARKUP)
    said = " ".join(text_of(typesetting.pdf(book)))
    assert said.count('#read("/etc/passwd") $x^2$') >= 3
    assert "root:" not in said


def test_references_of_a_printed_binder_name_the_page_of_the_other_paper(firm):
    empty_binder(firm)
    first, second = schedule(firm, "C-1"), schedule(firm, "C-2")
    CrossReference.objects.create(workpaper=first, cell="r3.c2", target=second, target_cell="r3.c2")
    pages = printed(firm)
    page_of_second = next(number for number, text in enumerate(pages, 1) if "Paper C-2" in text and number > 1)
    assert "Index" in pages[0]
    assert f"p. {page_of_second}" in pages[page_of_second - 2].replace("\xa0", " ").replace("p.\u2009", "p. ")
    assert f"of {len(pages)}" in pages[-1]


def test_a_table_too_wide_for_the_page_goes_on_beside_itself_with_its_first_column(firm):
    columns = [{"id": "c1", "title": "Item", "type": "text"}]
    columns += [{"id": f"c{n}", "title": f"Month {n}", "type": "figure"} for n in range(2, 21)]
    cells = {"c1": {"text": "Bread"}} | {f"c{n}": {"amount": n * 10**9} for n in range(2, 21)}
    made = paper(firm, "C-1", {"grid": {"columns": columns, "rows": [{"id": "r1", "kind": "", "cells": cells}]}})
    said = " ".join(text_of(typesetting.pdf(paper_book(gathered([made], [])[0], [], firm.organization, by="Ana"))))
    assert said.count("Bread") == 2
    assert "200,000,000" in said


def test_cleared_notes_of_a_file_that_removes_them_are_printed_without_their_words(firm):
    made = schedule(firm, "C-1")
    admin = firm.members["admin"]
    ReviewNote.objects.create(
        workpaper=made, text="Wrong year!", raised_by=admin, cleared_by=admin, cleared_at="2026-01-02T00:00Z"
    )
    firm.binder.notes_policy = "purge"
    firm.binder.save()
    made.binder = firm.binder
    said = " ".join(text_of(typesetting.pdf(paper_book(gathered([made], [])[0], [], firm.organization, by="Ana"))))
    assert "Wrong year!" not in said
    assert f"Cleared by {admin}" in said


def test_addresses_that_could_run_are_printed_as_words():
    links = nodes("[a](javascript:alert(1)) [b](https://example.org)")[0]["c"]
    assert [node["href"] for node in links if node["t"] == "a"] == ["https://example.org"]


def test_a_printed_binder_has_tags_and_bookmarks_until_its_tables_are_too_large_for_tags(firm, monkeypatch):
    empty_binder(firm)
    for number in range(1, 4):
        schedule(firm, f"C-{number}")
    papers = papers_of(firm.binder)
    book = binder_book(firm.binder, gathered(papers, papers), firm.organization, by="Ana")
    for most, is_tagged in ((24, True), (23, False)):
        monkeypatch.setattr(typesetting, "MOST_TAGGED", most)
        reader = pypdf.PdfReader(io.BytesIO(typesetting.pdf(book)))
        assert ("/StructTreeRoot" in reader.trailer["/Root"]) is is_tagged
        assert [str(one["/Title"]) for one in reader.outline[1]] == [f"C-{n} Paper C-{n}" for n in (1, 2, 3)]
