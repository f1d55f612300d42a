"""What a large upload costs in memory: `python -m bench.upload [--gigabytes 1]`.

Starts the whole of Tickmark (`config.dev`) with a database and files of its own, signs in as a member of the demo, sends
one file of random bytes in pieces and another as an ordinary form, downloads one, and watches the most memory the web
process ever had (`VmHWM`; Linux). What is printed is the growth over the process after its first pages.
"""

import argparse
import http.client
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

MEGABYTE = 1024 * 1024
HEAD = b"%PDF-1.7\n"
TAIL = b"\nxref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
ADDRESS, PASSWORD = "maya@harcourtpell.example", "a-demo-everyone-may-enter"


class Person:
    """A browser without a screen: cookies, forms, and the token that forms carry."""

    def __init__(self, site: str) -> None:
        self.site, self.cookies = site, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        return self.opener.open(self.site + path).read().decode()

    def post(self, path: str, body: bytes | dict[str, str], **headers: str) -> str:
        data = urllib.parse.urlencode(body).encode() if isinstance(body, dict) else body
        said = {"X-CSRFToken": self.token, "Referer": self.site, **headers}
        asked = urllib.request.Request(self.site + path, data, said)  # noqa: S310 (our own site)
        return self.opener.open(asked).read().decode()

    def sign_in(self) -> None:
        self.get("/accounts/login/")
        self.post("/accounts/login/", {"login": ADDRESS, "password": PASSWORD})

    @property
    def token(self) -> str:
        return next(cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken")

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)


def in_pieces(person: Person, client: str, size: int) -> str:
    """As the page's script does it."""
    said = {"name": "pieces.pdf", "size": str(size), "fingerprint": "1", "visibility": "firm"}
    upload = json.loads(person.post(f"{client}uploads/", said, Accept="application/json"))
    offset = 0
    for piece in pieces(size, upload["piece_bytes"]):
        headers = {"Content-Type": "application/octet-stream", "Upload-Offset": str(offset)}
        person.post(upload["piece_url"], piece, **headers)
        offset += len(piece)
    return person.post(upload["completion_url"], b"", Accept="application/json")


def as_form(person: Person, client: str, size: int) -> str:
    """As a browser without scripts does it: one body."""
    edge = "----bench"
    fields = f'--{edge}\r\nContent-Disposition: form-data; name="visibility"\r\n\r\nfirm\r\n'
    head = f'{fields}--{edge}\r\nContent-Disposition: form-data; name="files"; filename="form.pdf"\r\n\r\n'.encode()
    tail = f"\r\n--{edge}--\r\n".encode()
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(person.site).netloc, timeout=600)
    connection.putrequest("POST", f"{client}documents/new/")
    sent = {
        "Content-Type": f"multipart/form-data; boundary={edge}", "Content-Length": str(len(head) + size + len(tail)),
        "Cookie": person.cookie_header, "X-CSRFToken": person.token, "Referer": person.site,
    }  # fmt: skip
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders()
    for part in (head, *pieces(size, 4 * MEGABYTE), tail):
        connection.send(part)
    return f"{connection.getresponse().status} (302 is kept)"


def pieces(size: int, length: int) -> Iterator[bytes]:
    """A file of this size that the checks take for a PDF, its bytes other ones every time."""
    tail = TAIL % (size - len(TAIL % size) + 1)
    noise, at = os.urandom(length), 0
    while at < size:
        piece = bytearray(noise[: min(length, size - at)])
        if at == 0:
            piece[: len(HEAD)] = HEAD
        if at + len(piece) == size:
            piece[-len(tail) :] = tail
        at += len(piece)
        yield bytes(piece)


def most_memory(port: int) -> int:
    """Of the web processes: bytes at their most."""
    most = 0
    for entry in Path("/proc").iterdir():
        try:
            line, status = (entry / "cmdline").read_bytes(), (entry / "status").read_text()
            environment = (entry / "environ").read_bytes()
        except (OSError, NotADirectoryError):
            continue
        if b"gunicorn" in line and f"PORT={port}\0".encode() in environment + b"\0":
            most = max(most, int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) * 1024)
    return most


def wait_for(site: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{site}/health/", timeout=2)  # noqa: S310
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("Tickmark did not start.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=1)
    size = int(parser.parse_args().gigabytes * 1024 * MEGABYTE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORT": str(port), "VAR_DIR": folder, "NO_RELOAD": "1", "WEB_CONCURRENCY": "1"}
        with subprocess.Popen(
            [sys.executable, "-m", "config.dev"], env=environment, stdout=subprocess.DEVNULL
        ) as process:
            try:
                measure(f"http://localhost:{port}", port, size)
            finally:
                process.send_signal(signal.SIGTERM)


def measure(site: str, port: int, size: int) -> None:
    wait_for(site)
    person = Person(site)
    person.sign_in()
    found = re.search(r'href="(/o/[^"]+/clients/[0-9a-f-]{36}/)"', person.get("/o/harcourt-pell/clients/?q=northwind"))
    if found is None:
        raise SystemExit("The demo's client is not there.")
    client = found[1]
    person.get(f"{client}documents/new/")
    base = most_memory(port)
    print(f"{size / MEGABYTE:,.0f} MB; the web process has {base / MEGABYTE:.0f} MB")
    for name, way in (("in pieces", in_pieces), ("as a form", as_form)):
        began = time.monotonic()
        answer = way(person, client, size)
        took, grown = time.monotonic() - began, most_memory(port) - base
        print(f"{name}: {took:.0f} s, {grown / MEGABYTE:+.0f} MB at the most; {answer[:80]}", flush=True)


if __name__ == "__main__":
    main()
