"""Answers that are made while they are sent: in pieces, under ASGI and WSGI, each piece in a transaction of its own."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse


class StreamedPieces(StreamingHttpResponse):
    """Django would draw a synchronous generator dry before sending the first byte under ASGI; this takes it by piece."""

    def __init__(self, pieces: Iterator[bytes], *args: Any, **kwargs: Any) -> None:
        super().__init__(pieces, *args, **kwargs)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        while (piece := await sync_to_async(lambda: next(pieces, None))()) is not None:
            yield piece
