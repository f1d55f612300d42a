"""Documents: who gets a file, under which headers, and the line in the audit trail."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import AsyncClient
from django.urls import set_urlconf

from audit.models import AuditLog
from clients import downloads
from clients.models import Client, ClientGrant, Document, DocumentVersion
from tests.cast import PDF, Cast, Firm

SignIn = Any
NAMES = ["document_download", "document_preview"]


def url(firm: Firm, name: str) -> str:
    return firm.url(name, document_id=firm.document.pk)


def kept_as(cast: Cast, content_type: str, name: str) -> None:
    with cast.ours.inside():
        DocumentVersion.objects.filter(pk=cast.ours.version.pk).update(content_type=content_type)
        Document.objects.filter(pk=cast.ours.document.pk).update(name=name)


def test_a_download_is_the_file_under_its_own_name(cast: Cast, sign_in: SignIn) -> None:
    kept_as(cast, "application/pdf", "Bücher “2025”.pdf")
    answer = sign_in(cast.ours.viewer).get(url(cast.ours, "document_download"))
    assert b"".join(answer) == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    name = "attachment; filename*=utf-8''B%C3%BCcher%20%E2%80%9C2025%E2%80%9D.pdf"
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "text/plain"])
def test_what_a_browser_can_show_is_shown_under_a_policy_of_its_own(
    cast: Cast, sign_in: SignIn, content_type: str
) -> None:
    kept_as(cast, content_type, "file")
    answer = sign_in(cast.ours.member).get(url(cast.ours, "document_preview"))
    assert answer.headers["Content-Disposition"] == 'inline; filename="file"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("content_type", ["application/xml", "application/zip", "image/svg+xml", "text/html"])
def test_everything_else_is_downloaded(cast: Cast, sign_in: SignIn, content_type: str) -> None:
    kept_as(cast, content_type, "file")
    answer = sign_in(cast.ours.member).get(url(cast.ours, "document_preview"), follow=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(("name", "action"), [("document_download", "download"), ("document_preview", "preview")])
def test_each_look_at_a_file_is_in_the_audit_trail(cast: Cast, sign_in: SignIn, name: str, action: str) -> None:
    sign_in(cast.ours.member).get(url(cast.ours, name))
    with cast.ours.inside():
        line = AuditLog.objects.get(action=action)
    assert (line.resource_id, line.user_id) == (cast.ours.version.pk, cast.ours.member.user_id)
    assert (line.new_values or {})["name"] == "Bank statement.pdf"


def test_an_older_version_can_still_be_had(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        DocumentVersion.objects.create(
            document=cast.ours.document,
            number=2,
            sha256="0" * 64,
            size=1,
            content_type="text/csv",
            storage_key=f"org/{cast.ours.organization.pk}/gone",
        )
    browser, there = sign_in(cast.ours.member), url(cast.ours, "document_download")
    assert b"".join(browser.get(there, {"version": "1"})) == PDF
    for number in ("3", "x", "99999999999999"):
        assert browser.get(there, {"version": number}).status_code == 404
    assert browser.get(there).status_code == 404  # version 2 is lost in the store


def test_the_web_server_may_send_the_file(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.X_ACCEL_REDIRECT_PREFIX = "/protected/"
    answer = sign_in(cast.ours.member).get(url(cast.ours, "document_download"))
    assert answer.headers["X-Accel-Redirect"] == f"/protected/{cast.ours.version.storage_key}"
    assert answer.content == b""


@pytest.mark.parametrize("name", NAMES)
def test_files_are_for_those_who_may_see_them(cast: Cast, sign_in: SignIn, client: Any, name: str) -> None:
    assert sign_in(cast.ours.billing).get(url(cast.ours, name)).status_code == 403
    assert client.get(url(cast.ours, name)).url.startswith("/accounts/login/")
    for document_id in (cast.theirs.document.pk, uuid4()):
        assert sign_in(cast.ours.owner).get(cast.ours.url(name, document_id=document_id)).status_code == 404
    assert sign_in(cast.ours.owner).post(url(cast.ours, name)).status_code == 405
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
        ClientGrant.objects.all().delete()
    assert sign_in(cast.ours.member).get(url(cast.ours, name)).status_code == 404


def test_the_clients_tab_lists_its_documents(cast: Cast, sign_in: SignIn) -> None:
    there = cast.ours.url("client_documents", client_id=cast.ours.bakery.pk)
    answer = sign_in(cast.ours.member).get(there)
    assert "Bank statement.pdf" in answer.text
    assert "PBC-003" in answer.text
    assert "Ana Ruiz" in answer.text
    assert "Bank statement.pdf" not in sign_in(cast.ours.member).get(there, {"q": "nothing"}).text
    assert sign_in(cast.ours.billing).get(there).status_code == 403
    theirs = cast.ours.url("client_documents", client_id=cast.theirs.bakery.pk)
    assert sign_in(cast.ours.owner).get(theirs).status_code == 404


def test_the_tab_costs_the_same_for_many_documents(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser, there = sign_in(cast.ours.member), cast.ours.url("client_documents", client_id=cast.ours.bakery.pk)
    with django_assert_max_num_queries(20) as few:
        browser.get(there)
    with cast.ours.inside():
        for number in range(30):
            document = Document.objects.create(client=cast.ours.bakery, name=f"{number}.pdf")
            DocumentVersion.objects.create(
                document=document, sha256="0" * 64, size=1, content_type="text/csv", storage_key=f"org/{cast.ours.organization.pk}/{number}",
                uploaded_by_member=cast.ours.member,
            )  # fmt: skip
    with django_assert_max_num_queries(len(few.captured_queries)):
        browser.get(there)


def test_a_large_file_is_sent_piece_by_piece_under_asgi(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"0123456789abcdef" * 65536
    with cast.ours.inside():
        key = default_storage.save(f"org/{cast.ours.organization.pk}/{uuid4().hex}", ContentFile(content))
        DocumentVersion.objects.filter(pk=cast.ours.version.pk).update(storage_key=key, size=len(content))
    file = default_storage.open(key)
    monkeypatch.setattr(downloads, "default_storage", SimpleNamespace(open=lambda name: file))
    browser = AsyncClient()
    browser.cookies = sign_in(cast.ours.member).cookies

    async def ask() -> tuple[bytes, list[int]]:
        return await receive(await browser.get(url(cast.ours, "document_download")), file)

    try:
        received, furthest = async_to_sync(ask)()
    finally:
        set_urlconf(None)
    assert received == content
    assert furthest[0] <= len(content) // 4, "The file was read far beyond the first piece before that was sent."


async def receive(answer: Any, file: Any) -> tuple[bytes, list[int]]:
    """As the ASGI handler reads it: the content, and how far the file was read as each piece came."""
    received, furthest = b"", []
    async for piece in answer:
        received += piece
        furthest.append(file.tell())
    return received, furthest
