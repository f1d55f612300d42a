"""Documents in an S3-compatible store, asked over real connections to one on loopback."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from clients.models import DocumentVersion
from clients.uploads import store_upload
from tests.cast import PDF, Cast, in_portal
from tests.isolation.rows import as_owner
from tests.object_server import ObjectServer, documents_in_a_bucket

SignIn = Any


@pytest.fixture
def store(settings: Any) -> Iterator[ObjectServer]:
    with documents_in_a_bucket(settings) as server:
        yield server


@pytest.fixture
def version(cast: Cast, store: ObjectServer) -> DocumentVersion:
    with cast.ours.inside():
        return store_upload(SimpleUploadedFile("Ledger.pdf", PDF), request=cast.ours.pending, by=cast.ours.ana)


def test_a_document_lies_in_the_store_at_a_key_nobody_guesses(
    cast: Cast, store: ObjectServer, version: DocumentVersion
) -> None:
    assert store.objects == {version.storage_key: PDF}
    assert version.storage_key.startswith(f"org/{cast.ours.organization.pk}/") and len(version.storage_key) > 70


def test_a_download_is_handed_over_by_an_address_that_works_for_a_minute(
    cast: Cast, store: ObjectServer, sign_in: SignIn, version: DocumentVersion
) -> None:
    answer = sign_in(cast.ours.viewer).get(cast.ours.url("document_download", document_id=version.document_id))
    assert answer.status_code == 302 and answer.headers["Cache-Control"] == "private, no-store"
    query = parse_qs(urlsplit(answer.url).query)
    assert query["X-Amz-Expires"] == ["60"] and "X-Amz-Signature" in query
    with urlopen(answer.url) as file:  # noqa: S310 (loopback)
        assert file.read() == PDF
        assert file.headers["Content-Disposition"] == 'attachment; filename="Ledger.pdf"'


def test_another_firm_gets_no_signed_address(
    cast: Cast, store: ObjectServer, sign_in: SignIn, version: DocumentVersion
) -> None:
    for address in ("document_download", "document_preview"):
        answer = sign_in(cast.theirs.owner).get(cast.theirs.url(address, document_id=version.document_id))
        assert answer.status_code == 404 and "X-Amz" not in answer.text
    portal = in_portal(cast.theirs).get(cast.theirs.portal("portal_download", version_id=version.pk))
    assert portal.status_code == 404


def test_a_row_that_names_another_firms_key_is_not_signed(
    cast: Cast, store: ObjectServer, sign_in: SignIn, version: DocumentVersion
) -> None:
    as_owner("SET CONSTRAINTS ALL IMMEDIATE")
    as_owner("ALTER TABLE document_versions DROP CONSTRAINT document_versions_own_folder")
    with cast.theirs.inside():
        DocumentVersion.objects.filter(pk=cast.theirs.version.pk).update(storage_key=version.storage_key)
    there = cast.theirs.url("document_download", document_id=cast.theirs.document.pk)
    assert sign_in(cast.theirs.owner).get(there).status_code == 404


def test_a_preview_comes_from_us_under_our_policy(
    cast: Cast, store: ObjectServer, sign_in: SignIn, version: DocumentVersion
) -> None:
    answer = sign_in(cast.ours.member).get(cast.ours.url("document_preview", document_id=version.document_id))
    assert b"".join(answer) == PDF and "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_large_file_is_stored_in_parts_and_read_back_whole(cast: Cast, store: ObjectServer) -> None:
    content = b"0123456789abcdef" * (20 * 65536)
    with cast.ours.inside():
        key = default_storage.save(f"org/{cast.ours.organization.pk}/large", ContentFile(content))
    assert any(command == "POST" for command, _, _ in store.asked)
    with default_storage.open(key) as file:
        assert file.read() == content


def test_the_store_gives_no_address_away_and_tells_what_is_not_there(store: ObjectServer) -> None:
    with pytest.raises(NotImplementedError):
        default_storage.url("org/x")
    with pytest.raises(FileNotFoundError):
        default_storage.open("org/x")


def test_no_object_stays_when_a_version_is_refused(cast: Cast, store: ObjectServer, monkeypatch: Any) -> None:
    def fail(document: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr("clients.uploads._next_number", fail)
    with cast.ours.inside(), pytest.raises(RuntimeError):
        store_upload(SimpleUploadedFile("Ledger.pdf", PDF), request=cast.ours.pending, by=cast.ours.ana)
    assert store.objects == {}
