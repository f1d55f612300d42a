"""A paper cites one version of a document: signatures bind to it, and nothing takes it away unseen."""

import pytest
from django.utils import timezone

from clients.models import Document, DocumentVersion
from workspaces import saving, signing
from workspaces.cited import as_kept
from workspaces.models import Binder, SignOff, Workpaper
from workspaces.numbering import sort_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


@pytest.fixture
def made(firm):
    paper = Workpaper(
        binder=firm.binder, reference="B-7", section="B", sort_key=sort_key("B", (7,)), position=7, kind="document",
        title="Bank letter", document=firm.document,
    )  # fmt: skip
    return saving.create(paper, by=firm.member)


@pytest.fixture
def browser(firm, sign_in):
    return sign_in(firm.member)


def next_version(firm, number: int = 2) -> DocumentVersion:
    return DocumentVersion.objects.create(
        document=firm.document, number=number, sha256=str(number) * 64, size=1, content_type="application/pdf",
        storage_key=f"org/{firm.organization.pk}/version-{number}", created_at=timezone.now(),
    )  # fmt: skip


def url(firm, name, made, **more):
    return firm.url(name, workpaper_id=made.pk, **more)


def choose(browser, firm, made, version) -> int:
    sent = {"version": str(version.pk) if version else "", "revision": Workpaper.objects.get(pk=made.pk).revision}
    return browser.post(url(firm, "workpaper_citation", made), sent).status_code


def test_a_newer_version_is_said_and_signed_over_only_when_somebody_has_chosen(firm, made, browser, sign_in):
    signing.sign(made, "preparer", by=firm.member, seen=made.content_hash)
    newer = next_version(firm)
    page = browser.get(url(firm, "workpaper_detail", made)).content.decode()
    assert "A newer version of the document exists" in page and "?version=1" in page and "?version=2" not in page
    answer = sign_in(firm.admin).post(url(firm, "sign_as_reviewer", made), {"seen": made.content_hash})
    assert answer.status_code == 409 and "Version 2 of the document it cites has come since" in answer.content.decode()
    assert (
        "Newer version of its document"
        in browser.get(firm.url("binder_detail", binder_id=firm.binder.pk)).content.decode()
    )
    assert "Version 2 of the document" in browser.get(firm.url("lock_down", binder_id=firm.binder.pk)).content.decode()

    assert choose(browser, firm, made, newer) == 302
    page = browser.get(url(firm, "workpaper_detail", made)).content.decode()
    assert "Modified since it was signed" in page and "A newer version" not in page and "?version=2" in page
    page = browser.get(url(firm, "workpaper_versions", made)).content.decode()
    assert "Cited document" in page and "version 1" in page and "version 2 (SHA-256 2222" in page

    assert choose(browser, firm, made, firm.version) == 302
    page = browser.get(url(firm, "workpaper_citation", made)).content.decode()
    assert "Stay with version 1" in page
    assert "A newer version" not in browser.get(url(firm, "workpaper_detail", made)).content.decode()
    assert not SignOff.objects.standing().get(workpaper=made).covers(Workpaper.objects.get(pk=made.pk))


def test_what_a_paper_cites_is_chosen_changed_and_gone_back_to(firm, made, browser):
    assert choose(browser, firm, made, None) == 422  # a document paper keeps one
    other = Document.objects.create(client=firm.bakery, name="Statement.pdf")
    version = DocumentVersion.objects.create(
        document=other, sha256="a" * 64, size=1, content_type="application/pdf",
        storage_key=f"org/{firm.organization.pk}/statement",
    )  # fmt: skip
    assert "Statement.pdf" in browser.get(url(firm, "workpaper_citation", made)).content.decode()
    assert choose(browser, firm, made, version) == 302 and Workpaper.objects.get(pk=made.pk).document == other
    # Typing in the sheet leaves it.
    sent = {"title": "Bank letters", "revision": Workpaper.objects.get(pk=made.pk).revision}
    assert browser.post(url(firm, "workpaper_edit", made), sent).status_code == 302
    assert Workpaper.objects.get(pk=made.pk).body["cited"]["name"] == "Statement.pdf"
    stale = {"version": str(firm.version.pk), "revision": 1}
    assert browser.post(url(firm, "workpaper_citation", made), stale).status_code == 409


def test_going_back_to_a_version_brings_its_document_back_unless_it_was_deleted(firm, made, browser):
    other = Document.objects.create(client=firm.bakery, name="Statement.pdf")
    version = DocumentVersion.objects.create(
        document=other, sha256="a" * 64, size=1, content_type="application/pdf",
        storage_key=f"org/{firm.organization.pk}/statement",
    )  # fmt: skip
    body = {"cited": as_kept(version, newest=1)}
    saving.save(made, by=firm.member, revision=1, body=body, note="The statement instead")
    Document.objects.filter(pk=firm.document.pk).update(deleted_at=timezone.now())
    browser.post(url(firm, "workpaper_restoration", made, number=1))
    assert Workpaper.objects.get(pk=made.pk).document == other
    Document.with_deleted.filter(pk=firm.document.pk).update(deleted_at=None)
    browser.post(url(firm, "workpaper_restoration", made, number=1))
    assert Workpaper.objects.get(pk=made.pk).document == firm.document


def test_a_cited_document_is_not_deleted(firm, made, browser):
    answer = browser.post(firm.url("document_deletion", document_id=firm.document.pk), follow=True)
    assert f"It is cited, so it stays: B-7 of {firm.binder}" in answer.content.decode()
    assert Document.objects.filter(pk=firm.document.pk).exists()
    Binder.objects.filter(pk=firm.binder.pk).update(deleted_at=timezone.now())
    browser.post(firm.url("document_deletion", document_id=firm.document.pk))
    assert not Document.objects.filter(pk=firm.document.pk).exists()
