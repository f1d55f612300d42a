"""Copies of a whole binder: asked for, made by a job apart from the page, and taken away after a month."""

import hashlib
import logging
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from clients.evidence.contents import Entry
from clients.evidence.papers import sealed
from clients.evidence.zipping import FileChanged, zipped
from clients.storage import new_storage_key
from organizations.models import Membership
from tenancy.context import tenant
from tenancy.jobs import tenant_task
from workspaces import live
from workspaces.models import Binder, BinderCopy
from workspaces.printing import archive, typesetting
from workspaces.printing.book import binder_book
from workspaces.printing.contents import gathered, papers_of

Kind, Status = BinderCopy.Kind, BinderCopy.Status
#: Without a sign of life for so long, whoever worked on it is gone.
STOPPED_AFTER = timedelta(minutes=15)
TOLD_EVERY = 1.0
STOPPED = "The work on it stopped. Make a new one."
MISSING = (
    "A file that the papers cite is not in the store, or is not the one that was stored. Tell whoever runs Tickmark."
)
BROKEN = "Something went wrong while it was made. Make it again; if it fails again, tell whoever runs Tickmark."

logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Nobody waits for it any more."""


@transaction.atomic
def start(binder: Binder, kind: str, *, by: Membership) -> BinderCopy:
    """A copy of the binder as it will be when the job reads it. One that is being made is not begun again."""
    get_object_or_404(Binder.objects.select_for_update(of=("self",)), pk=binder.pk)
    unfinished = BinderCopy.objects.unfinished().filter(binder=binder, kind=kind)
    dead = unfinished.filter(updated_at__lt=timezone.now() - STOPPED_AFTER)
    dead.update(status=Status.FAILED, problem=STOPPED, finished_at=timezone.now())
    if running := unfinished.first():
        return running
    copy = BinderCopy.objects.create(binder=binder, kind=kind, created_by=by)
    make_copy.enqueue(copy_id=copy.pk)
    return copy


@transaction.atomic
def cancel(copy: BinderCopy) -> bool:
    """The job notices with the next paper it is done with."""
    unfinished = BinderCopy.objects.unfinished().filter(pk=copy.pk)
    was_unfinished = unfinished.update(status=Status.CANCELLED, finished_at=timezone.now()) == 1
    live.changed(copy.binder_id)
    return was_unfinished


@tenant_task(retry=0, in_parts=True)
def make_copy(organization_id: str, copy_id: str) -> None:
    """Make the file onto the disk, then into the store. Begun twice, the first that is done counts."""
    try:
        _Making(organization_id, copy_id).make()
    except Cancelled:
        return
    except typesetting.TypesettingFailed as failed:
        _failed(organization_id, copy_id, str(failed))
    except (FileChanged, FileNotFoundError):
        _failed(organization_id, copy_id, MISSING)
    except Exception:
        _failed(organization_id, copy_id, BROKEN)
        raise


def _failed(organization_id: str, copy_id: str, problem: str) -> None:
    _told(organization_id, copy_id, status=Status.FAILED, problem=problem, finished_at=timezone.now())


def _told(organization_id: str, copy_id: str, **changes: object) -> bool:
    """Whether somebody still waits for it."""
    with tenant(organization_id):
        copy = BinderCopy.objects.unfinished().filter(pk=copy_id)
        binder_id = copy.values_list("binder", flat=True).first()
        if binder_id is None:
            return False
        live.changed(binder_id)
        return copy.update(**changes) == 1


@dataclass
class _Plan:
    """All that is read of the binder, in one transaction. Pages are set from it outside."""

    books: dict[str, Any]
    pages: dict[str, bytes] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def of(cls, copy: BinderCopy) -> "_Plan":
        binder = Binder.objects.select_related("project__client", "locked_by").get(pk=copy.binder_id)
        copy.binder, firm, by = binder, copy.organization, str(copy.created_by)
        papers = papers_of(binder)
        if copy.kind == Kind.PDF:
            return cls({archive.WHOLE: binder_book(binder, gathered(papers, papers), firm, by=by)})
        printed = gathered(papers, papers, drawing=archive.OfflineDrawing())
        files = archive.cited_files(printed)
        entries = [cited.entry for cited in files.values() if cited.entry]
        pages = archive.html_pages(binder, printed, files, firm, by=by)
        return cls(archive.books(binder, printed, firm, by=by), pages, entries)


class _Making:
    def __init__(self, organization_id: str, copy_id: str) -> None:
        self.organization_id, self.copy_id = organization_id, copy_id
        self.done, self.told_at = 0, time.monotonic()

    def make(self) -> None:
        with tenant(self.organization_id):
            copies = BinderCopy.objects.unfinished().select_related("created_by", "organization")
            copy = copies.filter(pk=self.copy_id).first()
            if copy is None:
                raise Cancelled
            with timezone.override(copy.organization.zone):
                plan = _Plan.of(copy)
        self._tell(status=Status.RUNNING, done=0, total=len(plan.books))
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as made:
            manifest = self._write(made, copy, plan)
            self._keep(made, manifest)

    def _write(self, made: IO[bytes], copy: BinderCopy, plan: "_Plan") -> str:
        """Returns the checksum of the manifest, if there is one."""
        pages = dict(plan.pages)
        for path, book in plan.books.items():
            pages[path] = typesetting.pdf(book)
            self._step()
        if copy.kind == Kind.PDF:
            made.write(pages[archive.WHOLE])
            return ""
        whole = sealed(pages, plan.entries, format=archive.FORMAT, package=str(copy.pk), title=str(copy))
        for piece in zipped(plan.entries, whole.by_path):
            made.write(piece)
        return whole.manifest_sha256

    def _keep(self, made: IO[bytes], manifest: str) -> None:
        made.seek(0)
        digest = hashlib.file_digest(made, "sha256").hexdigest()  # type: ignore[arg-type]
        size = made.tell()
        made.seek(0)
        with tenant(self.organization_id):
            key = new_storage_key()
        key = default_storage.save(key, File(made))
        is_first = _told(
            self.organization_id, self.copy_id, status=Status.READY, storage_key=key, size=size, sha256=digest,
            manifest_sha256=manifest, finished_at=timezone.now(),
        )  # fmt: skip
        if not is_first:
            default_storage.delete(key)
            return
        with tenant(self.organization_id):
            remove_copy.enqueue_in(int(BinderCopy.KEPT_FOR.total_seconds()), copy_id=self.copy_id)

    def _step(self) -> None:
        self.done += 1
        if time.monotonic() - self.told_at > TOLD_EVERY:
            self.told_at = time.monotonic()
            self._tell(done=self.done)

    def _tell(self, **changes: object) -> None:
        if not _told(self.organization_id, self.copy_id, **changes):
            raise Cancelled


def known_copy(manifest_sha256: str, by: Membership) -> BinderCopy | None:
    """The reference copy with this manifest, if the member may know of it."""
    copies = BinderCopy.objects.visible_to(by).filter(manifest_sha256=manifest_sha256, kind=Kind.ARCHIVE)
    return copies.select_related("binder__project", "created_by").first()


@tenant_task()
def remove_copy(copy_id: str) -> None:
    """The file goes, the row stays: whoever brings the copy back learns that it is ours."""
    copy = BinderCopy.objects.select_for_update(of=("self",)).filter(pk=copy_id, status=Status.READY).first()
    if copy is None:
        return
    key = copy.storage_key
    BinderCopy.objects.filter(pk=copy.pk).update(status=Status.REMOVED, storage_key="")
    transaction.on_commit(lambda: default_storage.delete(key))
