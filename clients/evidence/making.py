"""A package is recorded when it is made, so that it is known again."""

from django.conf import settings

from audit import log
from clients.document_openings import note_packed
from clients.evidence.contents import Contents
from clients.evidence.jobs import build_package
from clients.evidence.papers import Papers, papers_of
from clients.models import EvidencePackage
from organizations.models import Membership


def is_made_at_once(contents: Contents) -> bool:
    return contents.size <= settings.EVIDENCE_AT_ONCE_BYTES


def record(contents: Contents, *, by: Membership) -> tuple[EvidencePackage, Papers]:
    """A package that goes out now."""
    package = _new(contents, by, EvidencePackage.State.STREAMED)
    papers = papers_of(contents, package)
    EvidencePackage.objects.filter(pk=package.pk).update(manifest_sha256=papers.manifest_sha256)
    note_packed(package, contents)
    log.record("export", package, title=contents.title, files=package.files, manifest_sha256=papers.manifest_sha256)
    return package, papers


def start(contents: Contents, *, by: Membership) -> EvidencePackage:
    """A package that a job makes."""
    package = _new(contents, by, EvidencePackage.State.BUILDING)
    build_package.enqueue(package_id=package.pk)
    return package


def _new(contents: Contents, by: Membership, state: str) -> EvidencePackage:
    return EvidencePackage.objects.create(
        client=contents.client, request_list=contents.request_list, created_by=by, state=state,
        files=len(contents.entries), size=contents.size,
    )  # fmt: skip
