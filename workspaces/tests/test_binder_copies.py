"""Copies of a binder: one PDF, or a zip that opens without Tickmark."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from clients.models import DocumentVersion
from clients.storage import new_storage_key
from tests.cast import Firm
from workspaces.models import BinderCopy
from workspaces.printing import copying, typesetting
from workspaces.tests.papers import empty_binder, paper, schedule
from workspaces.tests.test_printing import text_of

pytestmark = pytest.mark.django_db
LETTER = b"%PDF-1.4 the bank's letter"


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        BinderCopy.objects.all().delete()
        yield cast.ours


def made(firm: Firm, kind: str) -> BinderCopy:
    copy = copying.start(firm.binder, kind, by=firm.member)
    copying.make_copy.function(organization_id=str(firm.organization.pk), copy_id=str(copy.pk))
    copy.refresh_from_db()
    return copy


def test_a_binder_is_made_into_one_pdf_whose_index_leads_to_its_papers(firm, sign_in):
    empty_binder(firm)
    schedule(firm, "C-1")
    schedule(firm, "AA-2")
    copy = made(firm, "pdf")
    browser = sign_in(firm.viewer)
    answer = browser.get(firm.url("binder_copy_download", copy_id=copy.pk))
    pages = text_of(b"".join(answer.streaming_content))
    assert "Index" in pages[0]
    assert "Paper C-1" in pages[1]
    assert "Paper AA-2" in pages[2]
    assert "Page 3 of 4" in pages[2]
    assert "Trial balance, page 4" in pages[0]
    for words in ("Trial balance", "B Cash and bank", "1000", "Bank", "1,200", "AJE 1: Unpresented cheque", "Proposed"):
        assert words in pages[3], words
    page = browser.get(firm.url("binder_copies", binder_id=firm.binder.pk)).content.decode()
    assert firm.url("binder_copy_download", copy_id=copy.pk) in page
    assert copy.sha256 in page


def test_a_reference_copy_holds_every_paper_twice_and_what_it_cites_and_is_known_again(firm, sign_in):
    empty_binder(firm)
    _store(firm)
    cited = paper(firm, "B-2", {"purpose": "<script>alert(1)</script> See [[paper:%s]]."}, "document")
    other = schedule(firm, "C-1")
    cited.document, cited.body = firm.document, {"purpose": f"<script>alert(1)</script> See [[paper:{other.pk}]]."}
    cited.save()
    copy = made(firm, "archive")
    browser = sign_in(firm.member)
    packed = b"".join(browser.get(firm.url("binder_copy_download", copy_id=copy.pk)).streaming_content)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = set(archive.namelist())
        page = archive.read("papers/B-2.html").decode()
        assert archive.read("papers/C-1.pdf").startswith(b"%PDF")
        ledger, table = archive.read("ledger.html").decode(), archive.read("trial-balance.csv").decode("utf-8-sig")
        file = next(name for name in names if name.startswith("files/B-2 "))
        assert archive.read(file) == LETTER
    assert {
        "index.html",
        "binder.pdf",
        "papers/B-2.pdf",
        "papers/C-1.html",
        "manifest.json",
        "checksums.sha256",
    } <= names
    assert "B Cash and bank" in ledger and "AJE 1: Unpresented cheque" in ledger and 'class="num">1,200' in ledger
    assert "1000,Bank,B,1200.00,0.00,1200.00,0.00" in table
    assert "<script>" not in page
    assert 'href="C-1.html"' in page
    assert not [part for part in ("http://", "https://", "src=", "/static/") if part in page]
    verdict = browser.post(firm.url("evidence_verification"), {"files": ContentFile(packed, "copy.zip")})
    assert "This package is yours, whole and unchanged" in verdict.content.decode()


def test_a_reference_copy_takes_the_right_to_open_documents(firm, sign_in):
    from organizations.permissions import Permission

    browser = sign_in(firm.viewer)
    url = firm.url("binder_archive_creation", binder_id=firm.binder.pk)
    expected = 302 if firm.viewer.can(Permission.VIEW_DOCUMENTS) else 403
    assert browser.post(url).status_code == expected


def test_a_copy_that_is_being_made_is_not_begun_twice_and_one_that_stopped_is(firm, time_machine):
    first = copying.start(firm.binder, "pdf", by=firm.member)
    assert copying.start(firm.binder, "pdf", by=firm.member) == first
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    second = copying.start(firm.binder, "pdf", by=firm.member)
    first.refresh_from_db()
    assert (first.status, first.problem) == ("failed", copying.STOPPED)
    assert second != first


def test_a_cancelled_copy_is_not_made(firm, sign_in):
    copy = copying.start(firm.binder, "pdf", by=firm.member)
    sign_in(firm.viewer).post(firm.url("binder_copy_cancellation", copy_id=copy.pk))
    copying.make_copy.function(organization_id=str(firm.organization.pk), copy_id=str(copy.pk))
    copy.refresh_from_db()
    assert (copy.status, copy.storage_key) == ("cancelled", "")


def test_a_copy_that_fails_says_why_and_leaves_no_file(firm, monkeypatch, sign_in):
    def fail(book):
        raise typesetting.TypesettingFailed("Setting the pages took too long.")

    monkeypatch.setattr(typesetting, "pdf", fail)
    copy = made(firm, "pdf")
    assert copy.status == "failed"
    page = sign_in(firm.viewer).get(firm.url("binder_copies", binder_id=firm.binder.pk)).content.decode()
    assert "Setting the pages took too long." in page


def test_a_months_old_copy_loses_its_file_and_keeps_its_checksums(firm, django_capture_on_commit_callbacks):
    copy = made(firm, "pdf")
    key = copy.storage_key
    assert default_storage.exists(key)
    with django_capture_on_commit_callbacks(execute=True):
        copying.remove_copy.function(copy_id=str(copy.pk))
    copy.refresh_from_db()
    assert (copy.status, copy.storage_key) == ("removed", "")
    assert copy.sha256
    assert not default_storage.exists(key)


def test_a_made_copy_is_downloaded_with_a_line_in_the_audit_trail(firm, sign_in):
    copy = made(firm, "pdf")
    sign_in(firm.viewer).get(firm.url("binder_copy_download", copy_id=copy.pk))
    from audit.models import AuditLog

    assert AuditLog.objects.filter(action="export", resource_id=copy.pk).exists()


def _store(firm: Firm) -> None:
    from hashlib import sha256

    key = default_storage.save(new_storage_key(), ContentFile(LETTER))
    DocumentVersion.objects.filter(document=firm.document).update(
        storage_key=key, sha256=sha256(LETTER).hexdigest(), size=len(LETTER)
    )
