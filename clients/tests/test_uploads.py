"""What may come in as an answer, and what becomes of it."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import DatabaseError

from clients import uploads
from clients.extraction import extract
from clients.file_checks import clean_name
from clients.models import Document, DocumentVersion, RequestDocument
from clients.uploads import UploadRefused, store_upload
from config.demo.files import pdf as demo_pdf
from tests.cast import PDF, Cast

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
EXE = b"MZ\x90\0\x03" + b"\0" * 60


def archive(*names: str, locked: bool = False) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writing:
        for name in names:
            writing.writestr(name, "content")
    raw = bytearray(packed.getvalue())
    if locked:  # bit 0 of the flags in the local and in the central header
        for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            at = raw.index(signature) + offset
            raw[at : at + 2] = struct.pack("<H", 1)
    return bytes(raw)


def pdf(trailer: bytes = b"<< /Root 1 0 R >>", *, xref_stream: bool = False) -> bytes:
    body = b"%PDF-1.7\n1 0 obj << /Note (about /Encrypt) >> endobj\n"
    table = b"9 0 obj " + trailer + b" stream\n\x01\x02 endstream" if xref_stream else b"xref\n0 1\ntrailer " + trailer
    return body + table + b"\nstartxref\n%d\n%%%%EOF\n" % len(body)


@pytest.fixture
def send(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[Callable[..., DocumentVersion]]:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "clients.storage.DocumentStorage", "OPTIONS": {"location": str(tmp_path)}}}  # fmt: skip

    def _send(name: str, content: bytes, by: Any = None, request: Any = None) -> DocumentVersion:
        upload = SimpleUploadedFile("x", content)
        upload._name = name  # type: ignore[attr-defined]  # as sent: the setter would clean it
        return store_upload(upload, request=request or cast.ours.pending, by=by or cast.ours.ana)

    with cast.ours.inside():
        yield _send


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("ledger.pdf", pdf(), "application/pdf"),
        ("minutes.docx", archive("[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("Aged receivables.XLSX", archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("old.xls", OLE + b"\0" * 600, "application/vnd.ms-excel"),
        ("mail.msg", OLE + b"\0" * 600, "application/vnd.ms-outlook"),
        ("photo.png", PNG, "image/png"),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0", "image/heic"),
        ("all.zip", archive("a.pdf"), "application/zip"),
        ("list.csv", b"MZ,Amount\nMZ Wallace,3\n", "text/csv"),
        ("note.txt", "Größe".encode("utf-16"), "text/plain"),
        ("mail.eml", b"From: ana@bakery.example\n\nHello", "message/rfc822"),
        ("data.json", b' {"a": 1}', "application/json"),
        ("data.xml", b"\xef\xbb\xbf<a/>", "application/xml"),
    ],
)  # fmt: skip
def test_an_honest_file_is_accepted_under_its_own_type(
    send: Callable[..., DocumentVersion], name: str, content: bytes, kept_as: str
) -> None:
    assert send(name, content).content_type == kept_as


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.pdf", b"", "empty"),
        ("setup.exe", EXE, "program"),
        ("invoice.pdf", EXE, "program"),
        ("invoice.pdf", b"\x7fELF\x02", "program"),
        ("invoice.xlsx", b"\xcf\xfa\xed\xfe\x07", "program"),
        ("notes.txt", b"#!/bin/sh\nrm -rf ~\n", "program"),
        ("notes.txt", b"\xef\xbb\xbf\n@ECHO OFF\n", "program"),
        ("page.html", b"<script>", "this type"),
        ("drawing.svg", b"<svg/>", "this type"),
        ("macro.xlsm", archive("xl/workbook.xml"), "this type"),
        ("statement", pdf(), "this type"),
        ("statement.pdf", b"Dear all", "does not"),
        ("statement.pdf", PNG, "does not"),
        ("photo.jpg", PNG, "does not"),
        ("minutes.docx", archive("xl/workbook.xml"), "does not"),
        ("minutes.docx", b"PK\3\4 not a whole archive", "does not"),
        ("list.csv", b"a,b\n\0\0\0", "does not"),
        ("data.json", b"hello", "does not"),
        ("all.zip", archive("a.pdf", "tools/Setup.EXE"), "program"),
        ("all.zip", archive(), "empty"),
        ("all.zip", archive("a.pdf", locked=True), "password"),
        ("minutes.docx", archive("word/document.xml", locked=True), "password"),
        ("minutes.docx", OLE + b"\0" * 90_000 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("ledger.pdf", pdf(b"<< /Root 1 0 R /Encrypt 5 0 R >>"), "password"),
        ("ledger.pdf", pdf(b"<< /Type /XRef /Encrypt 5 0 R >>", xref_stream=True), "password"),
    ],
)  # fmt: skip
def test_what_may_not_come_in_is_refused_with_a_sentence(
    send: Callable[..., DocumentVersion], tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    before = DocumentVersion.objects.count()
    with pytest.raises(UploadRefused, match=f"^Not accepted: .*{why}.*\\.$"):
        send(name, content)
    assert DocumentVersion.objects.count() == before
    assert stored(tmp_path) == []


def test_a_file_above_the_limit_is_refused(send: Callable[..., DocumentVersion], settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10
    with pytest.raises(UploadRefused, match="the limit is 10\xa0bytes"):
        send("ledger.pdf", pdf())


def test_the_version_says_who_sent_what(send: Callable[..., DocumentVersion], cast: Cast) -> None:
    version = send("Ledger 2025.pdf", PDF)

    document = version.document
    assert (document.name, document.client, document.visibility) == ("Ledger 2025.pdf", cast.ours.bakery, "shared")
    assert (version.number, version.size, version.uploaded_by_contact) == (1, len(PDF), cast.ours.ana)
    assert version.sha256 == cast.ours.version.sha256
    assert version.storage_key.startswith(f"org/{cast.ours.organization.pk}/")
    assert default_storage.open(version.storage_key).read() == PDF
    assert RequestDocument.objects.filter(request=cast.ours.pending, document=document).exists()


def test_a_member_may_add_a_file_too(send: Callable[..., DocumentVersion], cast: Cast) -> None:
    version = send("Ledger.pdf", PDF, by=cast.ours.member)
    assert (version.uploaded_by_member, version.uploaded_by_contact) == (cast.ours.member, None)


def test_the_same_bytes_again_are_the_version_that_is_there(
    send: Callable[..., DocumentVersion], tmp_path: Path
) -> None:
    first = send("Ledger.pdf", PDF)
    assert send("Ledger copy.pdf", PDF) == first
    assert Document.objects.filter(name__startswith="Ledger").count() == 1
    assert len(stored(tmp_path)) == 1


def test_an_earlier_version_sent_again_is_the_newest(send: Callable[..., DocumentVersion]) -> None:
    first, _, third = send("Ledger.pdf", pdf()), send("Ledger.pdf", PDF), send("Ledger.pdf", pdf())
    assert (third.document, third.number, third.sha256) == (first.document, 3, first.sha256)
    assert send("Ledger.pdf", pdf()) == third


def test_an_earlier_version_under_another_name_is_a_document_of_its_own(send: Callable[..., DocumentVersion]) -> None:
    first, _ = send("Ledger.pdf", pdf()), send("Ledger.pdf", PDF)
    assert send("Trial balance.pdf", pdf()).document != first.document


def test_a_document_may_become_what_another_already_is(send: Callable[..., DocumentVersion]) -> None:
    send("Ledger.pdf", PDF)
    draft = send("Draft.pdf", pdf())
    assert (again := send("Draft.pdf", PDF)).document == draft.document
    assert again.number == 2


def test_another_file_of_the_same_name_is_the_next_version(send: Callable[..., DocumentVersion]) -> None:
    first, second = send("Ledger.pdf", pdf()), send("ledger.PDF", PDF)
    assert (second.document, second.number) == (first.document, 2)


def test_the_same_name_on_another_request_is_another_document(send: Callable[..., DocumentVersion], cast: Cast) -> None:
    assert send("Ledger.pdf", PDF).document != send("Ledger.pdf", PDF, request=cast.ours.returned).document


def test_a_firm_only_document_is_neither_found_nor_added_to(send: Callable[..., DocumentVersion], cast: Cast) -> None:
    secret = send("Memo.pdf", PDF, by=cast.ours.member)
    Document.objects.filter(pk=secret.document_id).update(visibility="firm")
    assert send("Memo.pdf", PDF).document != secret.document


def test_no_file_stays_behind_when_the_database_refuses(
    send: Callable[..., DocumentVersion], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(document: Document) -> int:
        raise DatabaseError("no")

    monkeypatch.setattr(uploads, "_next_number", fail)
    with pytest.raises(DatabaseError):
        send("Ledger.pdf", PDF)
    assert stored(tmp_path) == []
    assert not Document.objects.filter(name="Ledger.pdf").exists()


def test_a_file_too_large_for_memory_is_stored_whole(send: Callable[..., DocumentVersion], cast: Cast) -> None:
    content = pdf() + b"%" * 3_000_000
    upload = TemporaryUploadedFile("Large.pdf", "application/pdf", len(content), None)
    upload.write(content)
    version = store_upload(upload, request=cast.ours.pending, by=cast.ours.ana)
    assert default_storage.open(version.storage_key).read() == content


def test_a_pdf_that_opens_without_a_password_is_accepted_and_read(send: Callable[..., DocumentVersion]) -> None:
    def encrypted(opening: str) -> bytes:
        out, writer = io.BytesIO(), pypdf.PdfWriter(clone_from=io.BytesIO(demo_pdf("Statement of March", "Bakery")))
        writer.encrypt(user_password=opening, owner_password="the bank's", algorithm="AES-256")
        writer.write(out)
        return out.getvalue()

    version = send("statement.pdf", encrypted(""))
    assert "Statement of March" in extract(default_storage.open(version.storage_key), version.content_type).text
    with pytest.raises(UploadRefused, match="password"):
        send("locked.pdf", encrypted("secret"))


SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "pdf"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no sample documents beside the checkout")
def test_documents_of_other_programs_are_judged_rightly(send: Callable[..., DocumentVersion]) -> None:
    verdicts = {}
    for sample in SAMPLES.glob("*.pdf"):
        try:
            verdicts[sample.name] = send(sample.name, sample.read_bytes()).content_type
        except UploadRefused as refused:
            verdicts[sample.name] = str(refused)
    assert "password" in verdicts.pop("libreoffice-writer-password.pdf")
    assert set(verdicts.values()) == {"application/pdf"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\ana\\Bücher 2025.pdf", "Bücher 2025.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("決算書.xlsx", "決算書.xlsx"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names_lose_their_path_and_what_would_deceive(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept
