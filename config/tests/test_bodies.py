"""A slow sender holds nothing of the database while the body comes in."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.client import FakePayload

from tenancy.context import current
from tests.cast import PDF, Cast, in_portal, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def read_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, int]]]:
    """For each read of a body: the firm in force, and how many transactions were open beyond the test's own."""
    seen: list[tuple[Any, int]] = []
    plain, outside = FakePayload.read, len(connection.savepoint_ids)

    def read(payload: FakePayload, *args: Any) -> bytes:
        seen.append((current().tenant, len(connection.savepoint_ids) - outside))
        return plain(payload, *args)

    monkeypatch.setattr(FakePayload, "read", read)
    yield seen


def strict(browser: Browser) -> Browser:
    """Forged forms are looked for, as in life: that guard is who else would read the body."""
    browser.handler.enforce_csrf_checks = True
    return browser


@pytest.mark.parametrize("surface", ["firm", "portal"])
def test_the_body_is_read_before_the_firms_transaction(cast: Cast, read_in: list[Any], surface: str) -> None:
    if surface == "firm":
        browser, place = signed_in(cast.ours.member), cast.ours.url("document_upload", client_id=cast.ours.bakery.pk)
    else:
        browser, place = in_portal(cast.ours), cast.ours.portal("portal_upload", request_id=cast.ours.pending.pk)
    strict(browser).post(place, {"files": [SimpleUploadedFile("Ledger.pdf", PDF)]})
    assert read_in and set(read_in) == {(None, 0)}


def test_a_piece_is_read_before_the_firms_transaction(cast: Cast, read_in: list[Any]) -> None:
    place = cast.ours.url("upload_piece", upload_id=cast.ours.partial_upload.pk)
    strict(signed_in(cast.ours.owner)).post(place, b"x" * 100, content_type="application/octet-stream")
    assert read_in and set(read_in) == {(None, 0)}


def test_a_body_that_is_no_form_at_all_is_refused_and_breaks_nothing(cast: Cast) -> None:
    browser, place = signed_in(cast.ours.member), cast.ours.url("document_upload", client_id=cast.ours.bakery.pk)
    answer = browser.post(place, b"no boundary", content_type="multipart/form-data")
    assert answer.status_code == 400
