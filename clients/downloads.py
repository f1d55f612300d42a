"""A stored file on its way to a browser: the right name, the right type, and nothing that could run."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from clients.models import DocumentVersion
from clients.storage import is_ours

#: What a browser may show in place, and the policy it shows it under. PDF viewers do not start inside a sandbox.
ALONE = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'none'"
IN_PLACE = {
    "application/pdf": f"{ALONE}; object-src 'self'; plugin-types application/pdf",
    **dict.fromkeys(
        ["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "text/csv"], f"sandbox; {ALONE}"
    ),
}


class StreamedFile(FileResponse):
    """A file read piece by piece under ASGI too. Django would read the whole of a file that only knows how to be read
    synchronously into memory before it sends the first byte.
    """

    block_size = 256 * 1024

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        while (piece := await sync_to_async(lambda: next(pieces, None))()) is not None:
            yield piece


def can_preview(version: DocumentVersion) -> bool:
    return version.content_type in IN_PLACE


def file_response(version: DocumentVersion, *, preview: bool = False) -> HttpResponse | FileResponse:
    """Stream the version, or let the web server do it where `X_ACCEL_REDIRECT_PREFIX` says so."""
    if not is_ours(version.storage_key):
        raise Http404("The file is not in this firm's folder.")
    inline = preview and can_preview(version)
    response = _accelerated(version) if settings.X_ACCEL_REDIRECT_PREFIX else _streamed(version)
    response.headers["Content-Type"] = _content_type(version.content_type, inline=inline)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, version.document.name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = IN_PLACE[version.content_type] if inline else f"sandbox; {ALONE}"
    return response


def _streamed(version: DocumentVersion) -> HttpResponse | FileResponse:
    try:
        return StreamedFile(default_storage.open(version.storage_key))
    except FileNotFoundError as error:
        raise Http404("The file is not in the store.") from error


def _accelerated(version: DocumentVersion) -> HttpResponse | FileResponse:
    response = HttpResponse()
    prefix = settings.X_ACCEL_REDIRECT_PREFIX.rstrip("/")
    response.headers["X-Accel-Redirect"] = f"{prefix}/{quote(version.storage_key)}"
    return response


def _content_type(kept: str, *, inline: bool) -> str:
    if not inline:
        return kept
    return "text/plain; charset=utf-8" if kept.startswith("text/") else kept
