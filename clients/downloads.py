"""A stored file on its way to a browser: the right name, the right type, and nothing that could run."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy

from clients.models import DocumentVersion
from clients.storage import SignsAddresses, is_ours

#: What a browser may show in place, and the policy it shows it under. PDF viewers do not start inside a sandbox.
ALONE = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
IN_PLACE = {
    "application/pdf": f"{ALONE}; object-src 'self'; plugin-types application/pdf",
    **dict.fromkeys(
        ["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "text/csv"], f"sandbox; {ALONE}"
    ),
}


class PieceByPiece(StreamingHttpResponse):
    """Read piece by piece under ASGI too. Django would read the whole of what only knows how to be read synchronously
    into memory before it sends the first byte.
    """

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        while (piece := await sync_to_async(lambda: next(pieces, None))()) is not None:
            yield piece


class StreamedFile(PieceByPiece, FileResponse):
    """A stored file."""

    block_size = 256 * 1024


class FileHeld(Exception):
    """The file is not given to anybody now. The message is a sentence for whoever asked."""


BEING_CHECKED = gettext_lazy(
    "This file is still being checked for viruses. It can be opened once that is done, in a few minutes."
)
INFECTED = gettext_lazy(
    "This file is blocked: the virus scanner found “%(finding)s” in it. Ask the sender for a clean copy."
)


def held_sentence(version: DocumentVersion) -> str:
    scan = version.scan
    if scan is None or not version.is_held:
        return ""
    return str(INFECTED) % {"finding": scan.finding} if scan.state == scan.State.INFECTED else str(BEING_CHECKED)


def can_preview(version: DocumentVersion) -> bool:
    return version.content_type in IN_PLACE


def file_response(version: DocumentVersion, *, preview: bool = False) -> HttpResponse | FileResponse:
    """The version, from whichever store. Raises FileHeld while the virus scanner has not called it clean."""
    if sentence := held_sentence(version):
        raise FileHeld(sentence)
    policy = IN_PLACE[version.content_type] if preview and can_preview(version) else ""
    return stored_response(version.storage_key, version.document.name, version.content_type, policy=policy)


def stored_response(key: str, name: str, content_type: str, *, policy: str = "") -> HttpResponse | FileResponse:
    """Stream what lies at the key, or let the web server or the store do it. With a policy it is shown in place.

    A preview never comes from the store's own address: what is shown in place is shown under our headers.
    """
    if not is_ours(key):
        raise Http404("The file is not in this firm's folder.")
    disposition = content_disposition_header(not policy, name) or ""
    if not policy and isinstance(default_storage, SignsAddresses):
        return _handed_over(default_storage, key, disposition, content_type)
    response = _accelerated(key) if settings.X_ACCEL_REDIRECT_PREFIX else _streamed(key)
    response.headers["Content-Type"] = _content_type(content_type, inline=bool(policy))
    response.headers["Content-Disposition"] = disposition
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = policy or f"sandbox; {ALONE}"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _handed_over(store: SignsAddresses, key: str, disposition: str, content_type: str) -> HttpResponse:
    response = HttpResponseRedirect(store.signed_url(key, disposition=disposition, content_type=content_type))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _streamed(key: str) -> HttpResponse | FileResponse:
    try:
        return StreamedFile(default_storage.open(key))
    except FileNotFoundError as error:
        raise Http404("The file is not in the store.") from error


def _accelerated(key: str) -> HttpResponse | FileResponse:
    response = HttpResponse()
    prefix = settings.X_ACCEL_REDIRECT_PREFIX.rstrip("/")
    response.headers["X-Accel-Redirect"] = f"{prefix}/{quote(key)}"
    return response


def _content_type(kept: str, *, inline: bool) -> str:
    if not inline:
        return kept
    return "text/plain; charset=utf-8" if kept.startswith("text/") else kept
