"""A store that speaks as much of S3 as documents need, on loopback, in this process: objects in a dictionary."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "ObjectServer"

    def log_message(self, *_: Any) -> None:
        """Silent."""

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).partition("/")[2].partition("/")[2]

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.server.asked.append((self.command, self.key, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def listed(self) -> bytes:
        """Of the whole bucket, in one answer."""
        item = "<Contents><Key>{}</Key><Size>{}</Size></Contents>"
        items = "".join(item.format(key, len(body)) for key, body in sorted(self.server.objects.items()))
        return f"<ListBucketResult>{items}<IsTruncated>false</IsTruncated></ListBucketResult>".encode()

    def is_signed(self) -> bool:
        return "X-Amz-Signature" in self.query or "Signature=" in self.headers.get("Authorization", "")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if not self.is_signed():
            return self.answer(403)
        if not self.key:
            return self.answer(200, self.listed(), Content_Type="application/xml")
        if self.key not in self.server.objects:
            return self.answer(404)
        body, status, more = self.server.objects[self.key], 200, {}
        if part := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            last = min(int(part[2] or len(body)), len(body) - 1)
            more = {"Content_Range": f"bytes {part[1]}-{last}/{len(body)}"}
            body, status = body[int(part[1]) : last + 1], 206
        said = self.query.get("response-content-disposition", [""])[0]
        self.answer(
            status, body, ETag='"x"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT", Content_Disposition=said, **more
        )

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.is_signed():
            return self.answer(403)
        if "uploadId" in self.query:
            self.server.parts.setdefault(self.key, {})[int(self.query["partNumber"][0])] = body
        else:
            self.server.objects[self.key] = body
        self.answer(200, ETag='"x"')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "uploads" in self.query:
            said = f"<InitiateMultipartUploadResult><Key>{self.key}</Key><UploadId>1</UploadId></InitiateMultipartUploadResult>"
        else:
            self.server.objects[self.key] = b"".join(
                body for _, body in sorted(self.server.parts.pop(self.key).items())
            )
            said = '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'
        self.answer(200, said.encode(), Content_Type="application/xml")

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.key, None)
        self.answer(204)


class ObjectServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.asked: list[tuple[str, str, int]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def documents_in_a_bucket(settings: Any) -> Iterator[ObjectServer]:
    """As `S3_BUCKET` and its companions do it."""
    with object_server() as server:
        options = {
            "bucket_name": "firm-documents", "endpoint_url": server.address, "access_key": "key", "secret_key": "secret",
            "region_name": "eu-west-1", "addressing_style": "path",
        }  # fmt: skip
        there = {"BACKEND": "clients.object_store.ObjectStorage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": there}
        yield server


@contextmanager
def object_server() -> Iterator[ObjectServer]:
    server = ObjectServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
