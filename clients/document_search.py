"""The piece of a document in which the searched words stand."""

from collections.abc import Iterable

from clients.models import Document, DocumentContent
from search.excerpts import passage
from search.words import spellings, split


def with_excerpts(documents: Iterable[Document], words: str) -> None:
    """Give each document an `excerpt`; empty where the words stand in its name alone. One query for a page of rows."""
    rows = list(documents)
    contents = DocumentContent.objects.filter(document__in=rows) if words and rows else DocumentContent.objects.none()
    texts = dict(contents.values_list("document", "text"))
    marks = [spelled for word in split(words) for spelled in spellings(word)]
    for document in rows:
        document.excerpt = passage(texts.get(document.pk, ""), marks)  # type: ignore[attr-defined]
