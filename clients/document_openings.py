"""Who opened a document, by itself or in a package of evidence: the audit trail's own lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import log
from audit.models import AuditLog
from clients.evidence.contents import Contents
from clients.models import DocumentVersion, EvidencePackage

SHOWN = 30
#: So many packages of one document are asked about, the newest first.
MOST_PACKAGES = 200
#: The line of a version that says which package it went into; the package's own `export` lines say who took it.
PACKED = "packed"
WORDS = {"download": "downloaded", "preview": "looked at", "export": "took in an evidence package:"}


@dataclass(frozen=True)
class Opening:
    name: str
    action: str
    number: int
    at: datetime

    @property
    def words(self) -> str:
        return f"{WORDS[self.action]} version {self.number}"


def note_packed(package: EvidencePackage, contents: Contents) -> None:
    log.record_each(PACKED, [entry.version for entry in contents.entries], package=str(package.pk))


def openings(versions: Iterable[DocumentVersion]) -> list[Opening]:
    """Newest first. Two questions, and a third where a version went into a package."""
    numbers = {version.pk: version.number for version in versions}
    of_versions = AuditLog.objects.filter(resource_type="document_versions", resource_id__in=numbers)
    alone = of_versions.filter(action__in=["download", "preview"]).order_by("-created_at")[:SHOWN]
    found = [_opening(line, numbers[line.resource_id]) for line in alone]  # type: ignore[index]
    packed = of_versions.filter(action=PACKED).order_by("-created_at").values_list("new_values__package", "resource_id")
    inside = {UUID(package): numbers[version] for package, version in packed[:MOST_PACKAGES]}  # type: ignore[index]
    found += [_opening(line, inside[line.resource_id]) for line in _taken(inside)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN]


def _taken(packages: Iterable[UUID]) -> Any:
    known = list(packages)
    if not known:
        return []
    lines = AuditLog.objects.filter(resource_type="evidence_packages", resource_id__in=known, action="export")
    return lines.order_by("-created_at")[:SHOWN]


def _opening(line: AuditLog, number: int) -> Opening:
    return Opening(line.context.get("name") or "Somebody", line.action, number, line.created_at)
