"""Words out of files, hostile ones among them: read in a process of its own that has little to spend."""

import io
import time
import zipfile
from typing import Any

import docx
import openpyxl
import pytest
from PIL import Image

from clients import extraction
from clients.extraction import OFFICE, Found, extract
from config.demo.files import pdf

DOCX, XLSX = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, content in entries.items():
            writing.writestr(name, content)
    return out.getvalue()


def word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("Minutes of the Aldgate board")
    document.add_table(1, 2).rows[0].cells[1].text = "Dividend & bonus"
    return saved(document)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Receivables", 48117.2])
    book.create_sheet("Second").append(["Quarry Ltd"])
    return saved(book)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "green").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "content_type", "words", "pages"),
    [
        (pdf("Bank statement", "Northwind Ltd"), "application/pdf", ["Northwind Ltd", "Bank statement"], 1),
        (word_file(), DOCX, ["Minutes of the Aldgate board", "Dividend & bonus"], None),
        (workbook(), XLSX, ["Receivables", "48117.2", "Quarry Ltd"], 2),
        ("Größe".encode("utf-16"), "text/plain", ["Größe"], None),
        ("Größe".encode("cp1252"), "text/csv", ["Größe"], None),
    ],
    ids=["pdf", "docx", "xlsx", "utf-16", "windows"],
)
def test_the_words_of_a_file_are_found(content: bytes, content_type: str, words: list[str], pages: int | None) -> None:
    found = extract(io.BytesIO(content), content_type)
    assert found.is_read and found.pages == pages
    assert all(word in found.text for word in words), found.text
    assert bool(found.thumbnail) is (content_type == "application/pdf")


def test_a_picture_becomes_a_small_picture() -> None:
    found = extract(io.BytesIO(picture()), "image/jpeg")
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert (small.format, small.size) == ("WEBP", (480, 240))


LAUGHS = b"""<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<w:document xmlns:w="w"><w:t>&c;</w:t></w:document>"""
OUTSIDE = (
    b"""<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w"><w:t>&a;</w:t></w:document>"""
)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (archive({"word/document.xml": LAUGHS}), DOCX),
        (archive({"word/document.xml": OUTSIDE}), DOCX),
        (b"%PDF-1.7 nothing of the kind", "application/pdf"),
        (b"PK\3\4 no archive", XLSX),
        (b"\xff\xd8\xff no picture", "image/jpeg"),
        (b"MZ", "application/msword"),
    ],
    ids=["many_entities", "outside_entity", "no_pdf", "no_zip", "no_picture", "not_read_at_all"],
)
def test_a_hostile_or_broken_file_has_no_words(content: bytes, content_type: str) -> None:
    assert extract(io.BytesIO(content), content_type) == Found()


def test_a_zip_bomb_costs_little() -> None:
    """A gigabyte of one letter in a megabyte: reading stops at the most that is looked at."""
    bomb = b"<w:document xmlns:w='w'><w:t>" + b"a" * (300 * 1024 * 1024)
    started = time.monotonic()
    found = extract(io.BytesIO(archive({"word/document.xml": bomb})), DOCX)
    assert time.monotonic() - started < 30
    assert len(found.text) <= extraction.MOST_LETTERS


def test_a_picture_of_too_many_points_is_not_opened() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert extract(io.BytesIO(out.getvalue()), "image/png") == Found()


def test_a_reader_that_takes_too_long_or_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "SECONDS", 0.001)
    assert extract(io.BytesIO(word_file()), DOCX) == Found()
    monkeypatch.setattr(extraction, "SECONDS", 40)
    monkeypatch.setattr(extraction, "MOST_BYTES", 10)
    assert extract(io.BytesIO(word_file()), DOCX) == Found()
