"""Files in pieces: from the firm's pages and from the portal, interrupted, resumed, and never somebody else's."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client as Browser
from django.utils import timezone

from clients.document_jobs import discard_partial_upload
from clients.models import Document, DocumentVersion, PartialUpload
from clients.storage import PARTIAL
from tests.cast import PDF, Cast, Firm, in_portal, signed_in

pytestmark = pytest.mark.django_db
PIECE = 1000
LARGE = PDF + b"%" * 3200


@pytest.fixture(autouse=True)
def small_pieces(settings: Any, tmp_path: Any) -> None:
    settings.UPLOAD_PIECE_BYTES = PIECE
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "clients.storage.DocumentStorage", "OPTIONS": {"location": str(tmp_path)}}}  # fmt: skip


def announced(name: str = "Ledger.pdf", content: bytes = LARGE, **more: Any) -> dict[str, Any]:
    return {"name": name, "size": len(content), "fingerprint": "1", **more}


def piece(browser: Browser, upload: dict, content: bytes, offset: int) -> Any:
    return browser.post(
        upload["piece_url"], content, content_type="application/octet-stream", headers={"upload-offset": str(offset)}
    )


def send(browser: Browser, upload: dict, content: bytes) -> Any:
    for start in range(upload["received"], len(content), PIECE):
        assert piece(browser, upload, content[start : start + PIECE], start).status_code == 200
    return browser.post(upload["completion_url"])


def begun(browser: Browser, address: str, **more: Any) -> dict[str, Any]:
    answer = browser.post(address, announced(**more))
    assert answer.status_code == 200, answer.content
    return answer.json()


def staff(firm: Firm, member: str = "member") -> tuple[Browser, str]:
    return signed_in(getattr(firm, member)), firm.url("document_upload_begin", client_id=firm.bakery.pk)


def ana(firm: Firm) -> tuple[Browser, str]:
    return in_portal(firm), firm.portal("portal_upload_begin", request_id=firm.pending.pk)


def pieces_left(tmp_path: Any) -> list[Any]:
    return [path for path in (tmp_path / PARTIAL).rglob("*") if path.is_file()]


@pytest.mark.parametrize("who", [staff, ana], ids=["member", "contact"])
def test_a_file_in_pieces_becomes_a_version(cast: Cast, tmp_path: Any, who: Any) -> None:
    browser, address = who(cast.ours)
    answer = send(browser, begun(browser, address), LARGE)
    assert answer.json()["files"] == [{"name": "Ledger.pdf", "error": "", "note": ""}]
    with cast.ours.inside():
        version = DocumentVersion.objects.get(document__name="Ledger.pdf")
        assert (version.sha256, version.size) == (sha256(LARGE).hexdigest(), len(LARGE))
        assert default_storage.open(version.storage_key).read() == LARGE
        assert not PartialUpload.objects.filter(name="Ledger.pdf", size=len(LARGE)).exists()


@pytest.mark.parametrize("who", [staff, ana], ids=["member", "contact"])
def test_an_upload_goes_on_where_it_stopped(cast: Cast, who: Any) -> None:
    """The connection dropped after two pieces, and the page was loaded anew."""
    browser, address = who(cast.ours)
    first = begun(browser, address)
    piece(browser, first, LARGE[:PIECE], 0)
    piece(browser, first, LARGE[PIECE : 2 * PIECE], PIECE)
    again = begun(browser, address)
    assert again == {**first, "received": 2 * PIECE}
    assert send(browser, again, LARGE).status_code == 200


def test_another_file_of_the_same_name_begins_anew(cast: Cast) -> None:
    browser, address = staff(cast.ours)
    first = begun(browser, address)
    piece(browser, first, LARGE[:PIECE], 0)
    assert begun(browser, address, content=LARGE + b"%")["received"] == 0
    other = browser.post(address, announced() | {"fingerprint": "2"}).json()
    assert other["received"] == 0 and other["piece_url"] != first["piece_url"]


@pytest.mark.parametrize(
    ("content", "offset"), [(LARGE[:PIECE], 1), (LARGE[:PIECE], -1), (LARGE[:10], 0), (LARGE[: PIECE + 1], 0), (b"", 0)]
)
def test_a_piece_that_is_not_the_next_is_told_where_to_go_on(cast: Cast, content: bytes, offset: int) -> None:
    browser, address = staff(cast.ours)
    upload = begun(browser, address)
    answer = piece(browser, upload, content, offset)
    assert (answer.status_code, answer.json()) == (409, {"received": 0})


def test_a_piece_sent_twice_is_there_once(cast: Cast) -> None:
    browser, address = staff(cast.ours)
    upload = begun(browser, address)
    piece(browser, upload, LARGE[:PIECE], 0)
    assert piece(browser, upload, LARGE[:PIECE], 0).json() == {"received": PIECE}
    assert send(browser, {**upload, "received": PIECE}, LARGE).status_code == 200


def test_a_form_instead_of_a_piece_is_no_piece(cast: Cast) -> None:
    browser, address = staff(cast.ours)
    assert browser.post(begun(browser, address)["piece_url"], {"x": "y"}).status_code == 409


def test_an_upload_that_is_not_whole_is_no_file(cast: Cast) -> None:
    browser, address = staff(cast.ours)
    upload = begun(browser, address)
    piece(browser, upload, LARGE[:PIECE], 0)
    answer = browser.post(upload["completion_url"])
    assert answer.status_code == 422 and "did not arrive whole" in answer.json()["files"][0]["error"]
    assert begun(browser, address)["received"] == PIECE, "What is here is kept."


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("Ledger.exe", LARGE, "program"), ("Ledger.html", LARGE, "this type"), ("Ledger.pdf", b"", "empty")],
)
def test_what_cannot_come_in_is_refused_before_a_byte_is_sent(cast: Cast, name: str, content: bytes, why: str) -> None:
    browser, address = staff(cast.ours)
    answer = browser.post(address, announced(name, content))
    assert answer.status_code == 422 and why in answer.json()["files"][0]["error"]


def test_above_the_limit_is_refused_before_a_byte_is_sent(cast: Cast, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    browser, address = staff(cast.ours)
    assert "the limit is 100" in browser.post(address, announced()).json()["files"][0]["error"]


def test_a_renamed_program_is_refused_at_the_end_and_nothing_of_it_stays(
    cast: Cast, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    browser, address = staff(cast.ours)
    program = b"MZ\x90\0\x03" + b"\0" * 2000
    upload = begun(browser, address, name="Invoice.pdf", content=program)
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(browser, upload, program)
    assert answer.status_code == 422 and "program" in answer.json()["files"][0]["error"]
    with cast.ours.inside():
        assert not Document.objects.filter(name="Invoice.pdf").exists()
        assert not PartialUpload.objects.filter(name="Invoice.pdf").exists()
    assert pieces_left(tmp_path) == []


def test_only_who_began_an_upload_goes_on_with_it(cast: Cast) -> None:
    """Not a colleague, not the client's contact, not another firm."""
    browser, address = staff(cast.ours)
    upload = begun(browser, address)
    others = [(signed_in(cast.ours.owner), ""), (in_portal(cast.ours), "portal_"), (signed_in(cast.theirs.owner), "")]
    pk = upload["piece_url"].split("/")[-3]
    for other, prefix in others:
        for name in ("upload_piece", "upload_completion"):
            firm = cast.theirs if other is others[2][0] else cast.ours
            place = firm.portal(prefix + name, upload_id=pk) if prefix else firm.url(name, upload_id=pk)
            sent = other.post(
                place, LARGE[:PIECE], content_type="application/octet-stream", headers={"upload-offset": "0"}
            )
            assert sent.status_code == 404


def test_a_member_who_lost_sight_of_the_client_cannot_go_on(cast: Cast) -> None:
    browser, address = staff(cast.ours)
    upload = begun(browser, address)
    with cast.ours.inside():
        cast.ours.wall.pk = None
        type(cast.ours.wall).objects.create(client=cast.ours.bakery, member=cast.ours.member, reason="Married.")
    assert piece(browser, upload, LARGE[:PIECE], 0).status_code == 404


def test_a_closed_list_takes_no_file_that_was_under_way(cast: Cast) -> None:
    browser, address = ana(cast.ours)
    upload = begun(browser, address)
    for start in range(0, len(LARGE), PIECE):
        piece(browser, upload, LARGE[start : start + PIECE], start)
    with cast.ours.inside():
        cast.ours.pending.submit(by=cast.ours.ana, text="Sent by mail.")
    assert browser.post(upload["completion_url"]).status_code == 422


def test_what_nobody_goes_on_with_is_cleared_after_two_days(
    cast: Cast, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    browser, address = staff(cast.ours)
    upload = begun(browser, address)
    piece(browser, upload, LARGE[:PIECE], 0)
    assert len(pieces_left(tmp_path)) == 1
    job = {"organization_id": str(cast.ours.organization.pk), "upload_id": upload["piece_url"].split("/")[-3]}
    discard_partial_upload.run(**job)
    with cast.ours.inside():
        mine = PartialUpload.objects.filter(name="Ledger.pdf", size=len(LARGE))
        assert mine.exists(), "It was touched a moment ago."
        mine.update(last_piece_at=timezone.now() - timedelta(days=3))
    with django_capture_on_commit_callbacks(execute=True):
        discard_partial_upload.run(**job)
    with cast.ours.inside():
        assert not PartialUpload.objects.filter(name="Ledger.pdf", size=len(LARGE)).exists()
    assert pieces_left(tmp_path) == []


def test_a_next_version_in_pieces(cast: Cast) -> None:
    browser = signed_in(cast.ours.member)
    address = cast.ours.url("document_version_begin", document_id=cast.ours.document.pk)
    answer = send(browser, begun(browser, address, name="Other name.pdf"), LARGE)
    assert answer.json()["redirect"] == cast.ours.url("document_detail", document_id=cast.ours.document.pk)
    with cast.ours.inside():
        assert list(cast.ours.document.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_viewer_adds_nothing(cast: Cast) -> None:
    browser, address = staff(cast.ours, "viewer")
    assert browser.post(address, announced()).status_code == 403
