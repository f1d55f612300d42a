"""Packages of evidence: what is in them, and whether one that comes back is ours and unchanged."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import AuditLog
from clients.evidence.verification import MOST_ENTRIES
from clients.models import Document, DocumentVersion, EvidencePackage, InformationRequest
from tests.cast import PDF, Cast, keep_file
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
SignIn = Any
FILE = "files/Bank/PBC-003 The submitted request/Bank statement.pdf"


@pytest.fixture(autouse=True)
def stored(cast: Cast) -> None:
    keep_file(cast.ours)


def made(cast: Cast, sign_in: SignIn, member: str = "member") -> bytes:
    answer = sign_in(getattr(cast.ours, member)).post(cast.ours.url("list_evidence", list_id=cast.ours.request_list.pk))
    assert answer.headers["Content-Type"] == "application/zip"
    return b"".join(answer)


def opened(package: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package))


def verified(cast: Cast, sign_in: SignIn, *files: SimpleUploadedFile, firm: Any = None) -> Any:
    firm = firm or cast.ours
    return sign_in(firm.member).post(firm.url("evidence_verification"), {"files": list(files)})


def as_zip(package: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("package.zip", package)


def rewritten(package: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The package with each entry changed, or left out for None."""
    out = io.BytesIO()
    with opened(package) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            if (content := change(entry.filename, old.read(entry))) is not None:
                new.writestr(entry.filename, content)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_package_holds_files_indexes_states_gaps_and_checksums(cast: Cast, sign_in: SignIn) -> None:
    with opened(made(cast, sign_in)) as package:
        assert package.testzip() is None
        assert set(package.namelist()) == {FILE, "index.html", "index.csv", "checksums.sha256", "manifest.json"}
        assert package.read(FILE) == PDF
        page = package.read("index.html").decode()
        rows = list(csv.DictReader(io.StringIO(package.read("index.csv").decode("utf-8-sig"))))
        manifest = json.loads(package.read("manifest.json"))
        for file in manifest["files"]:
            content = package.read(file["path"])
            assert (sha256(content).hexdigest(), len(content)) == (file["sha256"], file["size"])
        assert f"{sha256(PDF).hexdigest()}  {FILE}\n" in package.read("checksums.sha256").decode()
    assert "Page 2 is missing." in page and "Returned and not answered again" in page and "<script" not in page
    assert sha256(PDF).hexdigest() in page and "http" not in page, "It stands alone."
    assert "The draft request" not in page
    by_ref = {row["Request"]: row for row in rows}
    assert by_ref["PBC-003"]["SHA-256"] == sha256(PDF).hexdigest() and by_ref["PBC-003"]["State"] == "To review"
    assert by_ref["PBC-002"]["Missing"] == "Not answered" and by_ref["PBC-002"]["File"] == ""


def test_what_was_answered_without_a_file_is_no_gap_and_rows_of_samples_are_in_both_indexes(
    cast: Cast, sign_in: SignIn
) -> None:
    table = {"given": ["Invoice"], "asked": [{"label": "Delivered", "kind": "text"}]}
    with cast.ours.inside():
        answered = {"status": "accepted", "answer": "provided", "answer_text": "", "reviewed_at": timezone.now()}
        asked = InformationRequest.objects
        asked.filter(pk=cast.ours.accepted.pk).update(**answered, answer_type="yes_no", answer_value="no")
        asked.filter(pk=cast.ours.returned.pk).update(**answered, answer_type="table", answer_options=table)
        sample = cast.ours.returned.samples.create(position=7, given=["INV-7"], filled=["3 Feb 2026"])
    with opened(made(cast, sign_in)) as package:
        page, index = package.read("index.html").decode(), package.read("index.csv").decode()
    assert "Accepted without a file" not in page
    assert "<td>INV-7</td><td>3 Feb 2026</td>" in page and "Invoice | Delivered\nINV-7 | 3 Feb 2026" in index
    with cast.ours.inside():
        sample.delete()
    with opened(made(cast, sign_in)) as package:
        assert "Accepted without a file" in package.read("index.html").decode()


def test_no_cell_of_the_index_is_a_formula(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(answer_text="=1+1")
    with opened(made(cast, sign_in)) as package:
        assert "'=1+1" in package.read("index.csv").decode()


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "a/b\\c.pdf", "CON<>:|?*.pdf", "Bücher \u202efdp.pdf"])
def test_no_name_leads_out_of_the_package(cast: Cast, sign_in: SignIn, name: str) -> None:
    with cast.ours.inside():
        Document.objects.filter(pk=cast.ours.document.pk).update(name=name)
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(category="../..", title="..\\..")
    with opened(made(cast, sign_in)) as package:
        (path,) = [name for name in package.namelist() if name.startswith("files/")]
    assert not {"", ".", ".."} & set(path.split("/")) and not set(path) & set('\\<>:"|?*')


def test_two_files_of_one_name_stand_beside_each_other(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        other = Document.objects.create(client=cast.ours.bakery, name="BANK statement.pdf")
        DocumentVersion.objects.create(
            document=other, sha256=sha256(PDF).hexdigest(), size=len(PDF), content_type="application/pdf",
            storage_key=default_storage.save(f"org/{cast.ours.organization.pk}/other", io.BytesIO(PDF)),  # type: ignore[arg-type]
        )  # fmt: skip
        other.request_documents.create(request=cast.ours.submitted)
    with opened(made(cast, sign_in)) as package:
        files = [name for name in package.namelist() if name.startswith("files/")]
    assert len({name.casefold() for name in files}) == 2


def test_a_package_of_the_client_has_what_answers_nothing_too(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        cast.ours.request_document.delete()
    answer = sign_in(cast.ours.viewer).post(cast.ours.url("client_evidence", client_id=cast.ours.bakery.pk))
    with opened(b"".join(answer)) as package:
        assert "files/Other documents/Bank statement.pdf" in package.namelist()
        assert "Waiting of harcourt.pdf is not in the file store" in package.read("index.html").decode()


def test_a_package_is_in_the_audit_trail(cast: Cast, sign_in: SignIn) -> None:
    package = made(cast, sign_in)
    with opened(package) as archive, cast.ours.inside():
        line = AuditLog.objects.get(action="export")
        assert (line.new_values or {})["manifest_sha256"] == sha256(archive.read("manifest.json")).hexdigest()
        assert line.user_id == cast.ours.member.user_id


def test_a_file_that_changed_in_the_store_makes_no_package(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        DocumentVersion.objects.filter(pk=cast.ours.version.pk).update(sha256="0" * 64)
    with pytest.raises(Exception, match="not what was stored"):
        made(cast, sign_in)


def test_a_large_package_is_made_by_a_job_and_kept(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.EVIDENCE_AT_ONCE_BYTES = 0
    browser = sign_in(cast.ours.member)
    answer = browser.post(cast.ours.url("list_evidence", list_id=cast.ours.request_list.pk), follow=True)
    assert "Being made: 0 of 1 files" in answer.text
    run_jobs()
    with cast.ours.inside():
        package = EvidencePackage.objects.get(state="ready")
    assert "Download package" in browser.get(cast.ours.url("evidence_package", package_id=package.pk)).text
    there = cast.ours.url("evidence_package_download", package_id=package.pk)
    zipped = b"".join(browser.get(there))
    with opened(zipped) as archive:
        assert archive.read(FILE) == PDF
    assert "yours, whole and unchanged" in verified(cast, sign_in, as_zip(zipped)).text
    theirs = cast.theirs.url("evidence_package_download", package_id=package.pk)
    assert sign_in(cast.theirs.owner).get(theirs).status_code == 404


def test_a_job_that_meets_a_changed_file_says_that_nothing_was_made(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.EVIDENCE_AT_ONCE_BYTES = 0
    with cast.ours.inside():
        DocumentVersion.objects.filter(pk=cast.ours.version.pk).update(sha256="0" * 64)
    answer = sign_in(cast.ours.member).post(
        cast.ours.url("list_evidence", list_id=cast.ours.request_list.pk), follow=True
    )
    run_jobs()
    assert "was not made" in sign_in(cast.ours.member).get(answer.redirect_chain[-1][0]).text


# verifying


def test_an_unchanged_package_is_ours(cast: Cast, sign_in: SignIn) -> None:
    answer = verified(cast, sign_in, as_zip(made(cast, sign_in)))
    assert "This package is yours, whole and unchanged" in answer.text and "by Member Harcourt" in answer.text


def test_a_package_of_another_firm_is_not_ours(cast: Cast, sign_in: SignIn) -> None:
    answer = verified(cast, sign_in, as_zip(made(cast, sign_in)), firm=cast.theirs)
    assert "This package is not one of yours" in answer.text
    assert answer.context["verdict"].is_whole, "Its files are what its manifest says."


@pytest.mark.parametrize(
    ("change", "more", "told"),
    [
        (lambda name, content: content + b"x" if name == FILE else content, {}, ("changed", FILE)),
        (lambda name, content: b"x" * len(content) if name == FILE else content, {}, ("changed", FILE)),
        (lambda name, content: None if name == FILE else content, {}, ("missing", FILE)),
        (lambda name, content: content, {"files/planted.pdf": b"x"}, ("extra", "files/planted.pdf")),
        (lambda name, content: content, {FILE: b"twice"}, ("changed", f"{FILE} (there 2 times)")),
        (lambda name, content: content.replace(b"To review", b"Accepted"), {}, ("changed", "index.html")),
    ],
    ids=["longer", "same_length", "missing", "extra", "twice", "index"],
)
def test_whatever_was_changed_is_named(cast: Cast, sign_in: SignIn, change: Any, more: dict, told: tuple) -> None:
    with pytest.warns(UserWarning) if FILE in more else _nothing():
        package = rewritten(made(cast, sign_in), change, **more)
    answer = verified(cast, sign_in, as_zip(package))
    assert "not as it was made" in answer.text
    assert told[1] in getattr(answer.context["verdict"], told[0])


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()


def test_a_manifest_that_was_rewritten_is_not_ours(cast: Cast, sign_in: SignIn) -> None:
    package = rewritten(
        made(cast, sign_in), lambda name, c: c.replace(b"PBC-003", b"PBC-004") if name == "manifest.json" else c
    )
    assert "This package is not one of yours" in verified(cast, sign_in, as_zip(package)).text


def test_an_unpacked_package_is_compared_by_its_files(cast: Cast, sign_in: SignIn) -> None:
    with opened(made(cast, sign_in)) as package:
        manifest = SimpleUploadedFile("manifest.json", package.read("manifest.json"))
        index = SimpleUploadedFile("index.csv", b"changed")
        statement = SimpleUploadedFile("Renamed statement.pdf", PDF)
        planted = SimpleUploadedFile("planted.pdf", b"x")
    verdict = verified(cast, sign_in, manifest, index, statement, planted).context["verdict"]
    assert verdict.package and verdict.matching == [FILE] and verdict.changed == ["index.csv"]
    assert verdict.extra == ["planted.pdf"] and "index.html" in verdict.missing


def bomb() -> bytes:
    said = {
        "format": "tickmark-evidence-1",
        "title": "x",
        "made_at": "x",
        "files": [{"path": "a", "sha256": "0", "size": 1}],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(said))
        archive.writestr("a", b"\0" * 50_000_000)
    return out.getvalue()


def archive_of(manifest: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", manifest)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\3\4", PDF, archive_of(b"{}"), archive_of(b"[" * 100_000), archive_of(b"\xff"),
        archive_of(b'{"format": "tickmark-evidence-1", "title": "", "made_at": "", "files": [{"path": 1, "sha256": 1, "size": -1}]}'),
        archive_of(b" " * (33 * 1024 * 1024)),
    ],
    ids=["empty", "cut", "no_zip", "other", "deep", "no_text", "no_size", "large_manifest"],
)  # fmt: skip
def test_a_file_that_is_no_package_gets_a_sentence(cast: Cast, sign_in: SignIn, content: bytes) -> None:
    answer = verified(cast, sign_in, as_zip(content))
    assert answer.status_code == 422 and "alert" in answer.text


def test_a_bomb_is_not_unpacked(cast: Cast, sign_in: SignIn) -> None:
    assert verified(cast, sign_in, as_zip(bomb())).context["verdict"].changed == ["a"]


def test_too_many_entries_are_refused(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.evidence.verification.MOST_ENTRIES", 3)
    assert "entries" in verified(cast, sign_in, as_zip(made(cast, sign_in))).text
    assert MOST_ENTRIES > 1000


def test_nothing_chosen_gets_a_sentence(cast: Cast, sign_in: SignIn) -> None:
    assert "No file was chosen" in verified(cast, sign_in).text
