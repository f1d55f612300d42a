"""The virus scanner: a real connection to a double that speaks clamd's INSTREAM."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clients.models import DocumentScan, DocumentVersion
from clients.uploads import store_upload
from tests.cast import PDF, Cast, in_portal
from tests.jobs import run_jobs

SignIn = Any
VIRUS = PDF + b"EICAR-TEST"


class Clamd(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            return
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        said = b"stream: Eicar-Signature FOUND\0" if b"EICAR" in content else self.server.says  # type: ignore[attr-defined]
        self.wfile.write(said)


def serving(server: Any) -> Any:
    server.seen, server.says = [], b"stream: OK\0"
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def clamd(settings: Any) -> Iterator[Any]:
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)) as server:
        settings.SCANNER_ADDRESS = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def arrived(cast: Cast, content: bytes = PDF) -> DocumentVersion:
    with cast.ours.inside():
        return store_upload(SimpleUploadedFile("Ledger.pdf", content), request=cast.ours.pending, by=cast.ours.ana)


def places(cast: Cast, version: DocumentVersion) -> list[str]:
    staff = [cast.ours.url(name, document_id=version.document_id) for name in ("document_download", "document_preview")]
    return [*staff, cast.ours.portal("portal_download", version_id=version.pk)]


def statuses(cast: Cast, sign_in: SignIn, version: DocumentVersion) -> set[int]:
    browsers = [sign_in(cast.ours.owner), sign_in(cast.ours.owner), in_portal(cast.ours)]
    return {b.get(place).status_code for b, place in zip(browsers, places(cast, version), strict=True)}


def test_a_file_is_held_until_the_scanner_calls_it_clean(cast: Cast, sign_in: SignIn, clamd: Any) -> None:
    version = arrived(cast)
    assert statuses(cast, sign_in, version) == {409}
    page = sign_in(cast.ours.member).get(cast.ours.url("document_detail", document_id=version.document_id))
    assert "still being checked" in page.text
    assert (
        "Being checked"
        in sign_in(cast.ours.member).get(cast.ours.url("client_documents", client_id=cast.ours.bakery.pk)).text
    )
    run_jobs()
    assert clamd.seen == [PDF]
    assert statuses(cast, sign_in, version) == {200}


def test_an_infected_file_stays_blocked_and_says_so(cast: Cast, sign_in: SignIn, clamd: Any) -> None:
    version = arrived(cast, VIRUS)
    run_jobs()
    assert statuses(cast, sign_in, version) == {409}
    page = sign_in(cast.ours.member).get(places(cast, version)[0])
    assert "the virus scanner found “Eicar-Signature” in it" in page.text
    assert "Ask the sender for a clean copy" in in_portal(cast.ours).get(places(cast, version)[2]).text


@pytest.mark.parametrize("how", ["away", "busy"])
def test_a_scanner_that_is_down_holds_the_file_and_is_asked_again(
    cast: Cast, sign_in: SignIn, clamd: Any, settings: Any, how: str
) -> None:
    version, address = arrived(cast), settings.SCANNER_ADDRESS
    if how == "away":
        settings.SCANNER_ADDRESS = "tcp://127.0.0.1:1"
    clamd.says = b"INSTREAM size limit exceeded. ERROR\0"
    run_jobs()
    assert statuses(cast, sign_in, version) == {409}
    settings.SCANNER_ADDRESS, clamd.says = address, b"stream: OK\0"
    assert run_jobs() == 0, "It is not asked again at once."
    run_jobs(later=timedelta(minutes=2))
    assert statuses(cast, sign_in, version) == {200}


def test_a_held_file_is_not_in_a_package_of_evidence(cast: Cast, sign_in: SignIn, clamd: Any) -> None:
    arrived(cast)
    page = sign_in(cast.ours.member).get(cast.ours.url("list_evidence", list_id=cast.ours.request_list.pk))
    assert "Ledger.pdf: This file is still being checked" in page.text


def test_without_a_scanner_nothing_is_held(cast: Cast, sign_in: SignIn) -> None:
    version = arrived(cast)
    assert statuses(cast, sign_in, version) == {200}
    with cast.ours.inside():
        assert not DocumentScan.objects.filter(version=version).exists()


def test_the_scanner_may_listen_on_a_local_socket(cast: Cast, settings: Any, tmp_path: Path) -> None:
    with serving(socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd"), Clamd)) as server:
        settings.SCANNER_ADDRESS = f"unix://{tmp_path / 'clamd'}"
        version = arrived(cast)
        run_jobs()
        server.shutdown()
    with cast.ours.inside():
        scan = DocumentScan.objects.get(version=version)
    assert scan.state == "clean" and (scan.scanned_at or timezone.now()) <= timezone.now()
