"""Asking a virus scanner that speaks clamd's INSTREAM over TCP or a local socket. Off unless SCANNER_ADDRESS is set."""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

PIECE = 64 * 1024
SECONDS = 60


class ScannerDown(Exception):
    """No verdict: the scanner could not be reached, or did not answer with one."""


def finding(file: IO[bytes]) -> str:
    """What the scanner found in the file; empty if it is clean. Raises ScannerDown."""
    try:
        with _connected() as scanner:
            scanner.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                scanner.sendall(struct.pack("!I", len(piece)) + piece)
            scanner.sendall(struct.pack("!I", 0))
            answer = _answer(scanner)
    except OSError as error:
        raise ScannerDown(f"The scanner did not answer: {error}") from error
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerDown(f"The scanner said: {answer[:200] or 'nothing'}")


def _connected() -> socket.socket:
    """`tcp://host:port` or `unix:///path`."""
    address = urlsplit(settings.SCANNER_ADDRESS)
    if address.scheme == "unix":
        found = socket.socket(socket.AF_UNIX)
        found.settimeout(SECONDS)
        found.connect(address.path)
        return found
    return socket.create_connection((address.hostname or "127.0.0.1", address.port or 3310), SECONDS)


def _answer(scanner: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < 4096 and (more := scanner.recv(4096)):
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
