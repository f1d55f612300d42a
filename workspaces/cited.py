"""What a paper cites: one version of one document. It is kept in the paper's body, so that signatures bind to it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from clients.models import Document, DocumentVersion
from organizations.models import Membership
from workspaces.models import Workpaper

#: So many papers are named to whoever would delete the document.
NAMED = 5
HIDDEN = "a paper you do not see"


def as_kept(version: DocumentVersion, *, newest: int) -> dict[str, Any]:
    """`newest`: the number of the newest version there was when this one was chosen."""
    return {
        "document": str(version.document_id), "version": str(version.pk), "name": version.document.name,
        "number": version.number, "sha256": version.sha256, "seen": newest,
    }  # fmt: skip


def words(kept: dict[str, Any] | None) -> str:
    if not kept:
        return ""
    left = f", version {kept['seen']} seen and left" if kept["seen"] > kept["number"] else ""
    return f"{kept['name']}, version {kept['number']}{left} (SHA-256 {kept['sha256'][:16]}…)"


def newest_of(document_id: UUID) -> DocumentVersion | None:
    """Of a living document, which is held so that nobody deletes it while a paper comes to cite it."""
    document = Document.objects.select_for_update(of=("self",)).filter(pk=document_id).first()
    versions = DocumentVersion.objects.filter(document=document).select_related("document")
    return versions.order_by("-number").first() if document else None


def bind(paper: Workpaper) -> None:
    """A new paper cites the newest version of its document."""
    if paper.document_id and "cited" not in paper.body and (newest := newest_of(paper.document_id)):
        paper.body = {**paper.body, "cited": as_kept(newest, newest=newest.number)}


def follow(paper: Workpaper, before: dict[str, Any]) -> None:
    """The paper's document is the one its body cites. A document paper always has one; `before`: what it cited."""
    if kept := paper.body.get("cited"):
        paper.document_id = UUID(kept["document"])
    elif "cited" in before and paper.kind == Workpaper.Kind.DOCUMENT:
        paper.body = {**paper.body, "cited": before["cited"]}
    elif "cited" in before:
        paper.document = None


def is_there(body: dict[str, Any]) -> bool:
    """Whether what a content cites can still be opened."""
    kept = body.get("cited")
    return not kept or Document.objects.filter(pk=kept["document"], versions=kept["version"]).exists()


def cited_of(paper: Workpaper, versions: Iterable[DocumentVersion]) -> DocumentVersion | None:
    """Out of the document's versions, newest first: the one the paper names. A paper from the time before it named one
    shows the newest, and in a closed file the newest of the day it was closed."""
    if kept := paper.body.get("cited"):
        return next((version for version in versions if str(version.pk) == kept["version"]), None)
    until = paper.late_at or paper.binder.locked_at
    return next((version for version in versions if until is None or version.created_at <= until), None)


def newer_versions(papers: QuerySet[Workpaper]) -> dict[UUID, int]:
    """Paper → the number of the version that came after the one it cites and that nobody has looked at. One query."""
    numbers = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number").values("number")
    citing = papers.filter(locked=False, document__isnull=False).annotate(
        newest=Subquery(numbers[:1]), seen=Cast(KT("body__cited__seen"), IntegerField())
    )
    return dict(citing.filter(newest__gt=F("seen")).order_by().values_list("pk", "newest"))


def newer_problem(newer: int) -> str:
    return f"Version {newer} of the document it cites has come since. Cite it, or say that the older one stands."


def citing_papers(document: Document, version: DocumentVersion | None, by: Membership | None) -> list[str]:
    """The papers that a document, or one version of it, must stay for: by reference and file where `by` sees them."""
    papers = Workpaper.objects.filter(document=document, binder__deleted_at=None).select_related("binder__project")
    if version is not None:
        papers = papers.filter(body__cited__version=str(version.pk))
    found = list(papers.in_order()[: NAMED + 1])
    seen = Workpaper.objects.visible_to(by).filter(pk__in=[paper.pk for paper in found]) if by else papers
    pks = set(seen.values_list("pk", flat=True))
    return [f"{paper.reference} of {paper.binder}" if paper.pk in pks else HIDDEN for paper in found]
