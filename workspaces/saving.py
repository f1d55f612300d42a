"""Saving a paper: never over somebody else's words, and never over what has been signed."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from organizations.models import Membership
from tenancy.locking import held
from workspaces import cited, live
from workspaces.bodies import content_hash
from workspaces.models import SignOff, Workpaper, WorkpaperVersion

#: Within this time one person's typing is one version.
SITTING = timedelta(minutes=15)


class Locked(Exception):
    """The file is closed."""


class Stale(Exception):
    """Somebody saved after the save this one started from. `stored` is the paper as it is now."""

    def __init__(self, stored: Workpaper) -> None:
        super().__init__("Somebody changed this paper meanwhile.")
        self.stored = stored


@transaction.atomic
def create(paper: Workpaper, *, by: Membership, note: str = "") -> Workpaper:
    """Store a new paper with its first version."""
    cited.bind(paper)
    paper.created_by, paper.content_hash = by, content_hash(paper)
    paper.save(force_insert=True)
    _add_version(paper, by, note)
    live.changed(paper.binder_id)
    return paper


@transaction.atomic
def save(paper: Workpaper, *, by: Membership, revision: int, note: str = "", **changes: Any) -> Workpaper:
    """Change title or body if `revision` is the newest; the paper as it then is."""
    stored = held(Workpaper.objects.select_related("binder__project__client"), paper.pk)
    if stored.locked or stored.binder.is_locked:
        raise Locked
    if stored.revision != revision:
        raise Stale(stored)
    before = stored.body
    for name, value in changes.items():
        setattr(stored, name, value)
    cited.follow(stored, before)
    new_hash = content_hash(stored)
    if new_hash == stored.content_hash:
        return stored
    stored.content_hash, stored.revision = new_hash, revision + 1
    _keep_version(stored, by, note)
    stored.save(update_fields=["title", "body", "document", "content_hash", "revision", "version"])
    live.changed(stored.binder_id)
    return stored


def _keep_version(paper: Workpaper, by: Membership, note: str) -> None:
    newest = WorkpaperVersion.objects.filter(workpaper=paper).order_by("-number").first()
    if newest is None or note or not _goes_on(newest, by):
        paper.version = newest.number + 1 if newest else 1
        _add_version(paper, by, note)
    else:
        newest.title, newest.body, newest.content_hash = paper.title, paper.body, paper.content_hash
        newest.save(update_fields=["title", "body", "content_hash"])


def _goes_on(newest: WorkpaperVersion, by: Membership) -> bool:
    """The same person, in the same sitting, and nobody has signed or noted it."""
    same_sitting = newest.created_by_id == by.pk and timezone.now() - newest.created_at < SITTING and not newest.note
    return same_sitting and not SignOff.objects.filter(workpaper=newest.workpaper_id, version=newest.number).exists()


def _add_version(paper: Workpaper, by: Membership, note: str) -> None:
    WorkpaperVersion.objects.create(
        workpaper=paper, number=paper.version, title=paper.title, body=paper.body, content_hash=paper.content_hash,
        note=note, created_by=by,
    )  # fmt: skip
