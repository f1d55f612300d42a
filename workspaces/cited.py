"""Which version of a document a paper cites: the newest, and in a closed file the newest of the day it was closed."""

from collections.abc import Iterable

from clients.models import DocumentVersion
from workspaces.models import Workpaper


def cited_of(paper: Workpaper, versions: Iterable[DocumentVersion]) -> DocumentVersion | None:
    """Out of the document's versions, newest first. What a client sends later is no part of a closed file."""
    until = paper.late_at or paper.binder.locked_at
    return next((version for version in versions if until is None or version.created_at <= until), None)
