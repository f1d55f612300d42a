"""The picture a provider tells of: fetched by us, from a public address alone, and followed until the person has their own."""

import io
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from PIL import Image

from accounts import avatars, provider_pictures
from accounts.provider_pictures import NoPicture, fetch
from accounts.storage import personal_files
from accounts.tests.at_provider import person, sign_in_with
from organizations.mounts import root_url
from tests.jobs import run_jobs
from tests.oidc_provider import OidcProvider

ADDRESS = "https://pictures.example/nina.png?size=200"


def png(colour: str = "#123456") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(written, "PNG")
    return written.getvalue()


class Host(BaseHTTPRequestHandler):
    """What the provider's host of pictures answers."""

    answer: dict[str, Any] = {}
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(f"{self.headers['Host']}{self.path}")
        self.send_response(self.answer.get("status", 200))
        self.send_header("Content-Type", self.answer.get("kind", "image/png"))
        self.send_header("Location", "https://elsewhere.example/")
        self.end_headers()
        self.wfile.write(self.answer.get("body", png()))

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Host]]:
    """Stands at a public address, as far as this module can tell, and speaks without TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def connect(connection: Any) -> None:
        assert connection.address == "93.184.215.14"
        connection.sock = socket.create_connection(server.server_address[:2], timeout=5)

    monkeypatch.setattr(provider_pictures.HeldConnection, "connect", connect)
    monkeypatch.setattr(Host, "answer", {})
    monkeypatch.setattr(Host, "asked", [])
    resolves(monkeypatch, "93.184.215.14")
    yield Host
    server.shutdown()
    server.server_close()


LOOK_UP = socket.getaddrinfo


def resolves(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    def look_up(host: str, *args: Any, **kwargs: Any) -> Any:
        return found if host == "pictures.example" else LOOK_UP(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_only_a_public_host_is_asked_and_only_over_https(monkeypatch: pytest.MonkeyPatch, host: type[Host]) -> None:
    for address in ("http://pictures.example/", "ftp://pictures.example/", "https://pictures.example:8443/", "https://",
                    "https://me@pictures.example/", "https://pictures.example/a b", "file:///etc/passwd", "https://[x/"):  # fmt: skip
        with pytest.raises(NoPicture, match="address"):
            fetch(address)
    for private in (
        ["127.0.0.1"], ["10.0.0.4"], ["169.254.169.254"], ["::1"], ["fd00::1"], ["::ffff:127.0.0.1"], ["224.0.0.1"],
        ["93.184.215.14", "192.168.1.1"],
    ):  # fmt: skip
        resolves(monkeypatch, *private)
        with pytest.raises(NoPicture, match="not a public address"):
            fetch(ADDRESS)
    assert host.asked == []


def test_what_is_no_picture_is_left(monkeypatch: pytest.MonkeyPatch, host: type[Host]) -> None:
    monkeypatch.setattr(avatars, "LARGEST_BYTES", 5000)
    for answer, words in (
        ({"status": 302}, "302"),
        ({"status": 404}, "404"),
        ({"kind": "image/svg+xml"}, "svg"),
        ({"body": b"<html>"}, "not a JPEG"),
        ({"body": b"x" * 100_000}, "too large"),
    ):
        host.answer = answer
        with pytest.raises(NoPicture, match=words):
            fetch(ADDRESS)
    assert set(host.asked) == {"pictures.example/nina.png?size=200"}
    assert Image.open(io.BytesIO(png())).size == (300, 200)


@pytest.mark.django_db
def test_the_picture_follows_the_provider_until_the_person_shows_their_own(
    host: type[Host], okta: OidcProvider, django_capture_on_commit_callbacks: Any
) -> None:
    okta.claims |= {"picture": ADDRESS}
    browser = Browser()

    def picture() -> str:
        """After another sign-in."""
        sign_in_with(browser, okta)
        with django_capture_on_commit_callbacks(execute=True):
            run_jobs(later=timedelta(minutes=5))
        return person("nina@harcourt.example").avatar

    sign_in_with(browser, okta)
    assert person("nina@harcourt.example").avatar == "" and host.asked == []  # nobody waits for it
    first = picture()
    assert Image.open(personal_files().open(first)).size == (avatars.SIDE, avatars.SIDE)
    assert host.asked[0] == "pictures.example/nina.png?size=200"
    assert picture() == first  # the same is not written again

    host.answer = {"body": png("#fedcba")}
    second = picture()
    assert second not in ("", first) and picture() == second
    assert not personal_files().exists(first) and personal_files().exists(second)
    host.answer = {"status": 503}
    assert picture() == second
    del okta.claims["picture"]
    assert picture() == "" and not personal_files().exists(second)

    okta.claims["picture"], host.answer = ADDRESS, {}
    assert picture()
    save_profile(browser, picture=SimpleUploadedFile("nina.png", png("#00ff00")))
    own, asked = person("nina@harcourt.example").avatar, len(host.asked)
    assert picture() == own and len(host.asked) == asked


@pytest.mark.django_db
def test_a_picture_the_person_removed_does_not_come_back(host: type[Host], okta: OidcProvider) -> None:
    later, browser = timedelta(minutes=5), Browser()
    okta.claims |= {"picture": ADDRESS}
    sign_in_with(browser, okta)
    run_jobs(later=later)
    assert person("nina@harcourt.example").avatar and len(host.asked) == 1
    save_profile(browser, without_picture="on")
    assert person("nina@harcourt.example").avatar == ""
    sign_in_with(browser, okta)
    run_jobs(later=later)
    assert person("nina@harcourt.example").avatar == "" and len(host.asked) == 1
    save_profile(browser, picture=SimpleUploadedFile("nina.png", png()))
    assert person("nina@harcourt.example").avatar


def save_profile(browser: Browser, **changes: Any) -> None:
    form = browser.get(root_url("profile")).context["form"]
    shown = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = {name: value for name, value in shown.items() if value} | changes
    assert browser.post(root_url("profile"), sent).status_code == 302
