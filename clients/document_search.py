"""The piece of a document in which the searched words stand."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchHeadline
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from clients.models import Document, DocumentContent
from clients.text_search import beginnings

#: Letters no text has: what is between them is marked after everything else was escaped.
OPEN, CLOSE = "\x02", "\x03"


def with_excerpts(documents: Iterable[Document], words: str) -> None:
    """Give each document an `excerpt`; empty where the words stand in its name alone. One query for a page of rows."""
    rows = {document.pk: document for document in documents}
    found = _headlines(list(rows), words) if words and rows else {}
    for pk, document in rows.items():
        document.excerpt = _marked(found.get(pk, ""))  # type: ignore[attr-defined]


def _headlines(documents: list[Any], words: str) -> dict[Any, str]:
    headline = SearchHeadline(
        "text", beginnings(words), config="simple", start_sel=OPEN, stop_sel=CLOSE, min_words=12, max_words=28,
        max_fragments=2, fragment_delimiter=" … ",
    )  # fmt: skip
    contents = DocumentContent.objects.filter(document__in=documents).annotate(headline=headline)
    return dict(contents.values_list("document", "headline"))


def _marked(headline: str) -> SafeString:
    if OPEN not in headline:
        return mark_safe("")
    text = escape(headline).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
    return mark_safe(text)  # noqa: S308 (escaped above; the marks are ours)
