"""Filling a column of rows that are there already: small transactions in key order, firm by firm.

A back-fill can be stopped at any time and goes on where it stopped: how far it has come is written in the transaction of
each batch. It runs as the application inside one firm at a time, so its policies hold; `as_owner` says why one cannot.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from schema_changes.models import BackfillProgress
from tenancy.context import APP, OWNER, alias_for, all_tenants, surface, tenant
from tenancy.expected import isolation_of

FIRMS = "organizations.Organization"
TELL_EVERY = 2.0

registered: dict[str, type["Backfill"]] = {}


class Backfill:
    """Subclass in `<app>/backfills.py`, above it `@register`. `fill` is given a batch, locked, and does it."""

    name: str
    model: type[models.Model]
    batch_size = 500
    pause = 0.1
    as_owner = ""

    def rows(self) -> models.QuerySet:
        """Which rows need it. The code of today fills new rows itself, so none is added behind the back-fill."""
        return self.model._base_manager.all()

    def fill(self, batch: models.QuerySet) -> None:
        raise NotImplementedError

    @property
    def by_firm(self) -> bool:
        return isolation_of(self.model) is not None


def register(backfill: type[Backfill]) -> type[Backfill]:
    if not (backfill.as_owner or isolation_of(backfill.model)):
        raise ValueError(f"{backfill.name}: say in as_owner why it runs as the owner; its table is no firm's.")
    if registered.setdefault(backfill.name, backfill) is not backfill:
        raise ValueError(f"There are two back-fills named {backfill.name}.")
    return backfill


# --- where a batch runs -----------------------------------------------------------------------------------------


@contextmanager
def inside(backfill: Backfill, firm: UUID | None) -> Iterator[None]:
    """A transaction in one firm, as the application or, with its reason in the audit trail, as the owner."""
    facts = {"job": f"backfill {backfill.name}", "reason": backfill.as_owner}
    with surface(OWNER if backfill.as_owner else APP):
        if firm is not None:
            with tenant(firm, **facts):
                yield
        else:
            with across_firms(backfill.as_owner):
                yield


@contextmanager
def across_firms(reason: str) -> Iterator[None]:
    with surface(OWNER), all_tenants(reason=reason), transaction.atomic(using=alias_for(OWNER)):
        yield


def scopes(backfill: Backfill) -> list[BackfillProgress]:
    """How far it has come everywhere; whoever is new since the last time is added."""
    with across_firms(f"the firms of back-fill {backfill.name}"):
        firms = apps.get_model(FIRMS)._base_manager.values_list("pk", flat=True) if backfill.by_firm else [None]
        BackfillProgress.objects.bulk_create(
            [BackfillProgress(name=backfill.name, organization_id=firm) for firm in firms], ignore_conflicts=True
        )
        return list(BackfillProgress.objects.filter(name=backfill.name).order_by("organization_id"))


def state(backfill: Backfill) -> str:
    """How far it is everywhere, for a person."""
    everywhere = BackfillProgress.objects.filter(name=backfill.name)
    with across_firms(f"the state of back-fill {backfill.name}"):
        sums = everywhere.aggregate(rows=Sum("rows_done", default=0), firms=Count("pk"), finished=Count("finished_at"))
    where = f", {sums['finished']} of {sums['firms']} firms finished" if backfill.by_firm else ""
    return f"{sums['rows']:,} rows{where}"


def next_batch(backfill: Backfill, firm: UUID | None) -> int | None:
    """Do one batch and write down how far it has come. None: this scope is done, or another runner is at it."""
    with inside(backfill, firm):
        mine = BackfillProgress.objects.filter(name=backfill.name, organization_id=firm, finished_at=None)
        progress = mine.select_for_update(skip_locked=True).first()
        if progress is None:
            return None
        keys = _keys_after(progress.last_key, backfill)
        if keys:
            backfill.fill(backfill.model._base_manager.filter(pk__in=keys))
            progress.last_key = str(keys[-1])
        progress.rows_done += len(keys)
        progress.updated_at = timezone.now()
        progress.finished_at = progress.updated_at if len(keys) < backfill.batch_size else None
        progress.save(update_fields=["last_key", "rows_done", "updated_at", "finished_at"])
        return len(keys)


def _keys_after(last: str, backfill: Backfill) -> list[Any]:
    """Locked, so that nobody's change is lost between reading a row and writing it."""
    rows = backfill.rows().order_by("pk").select_for_update(no_key=True, of=("self",))
    if last:
        rows = rows.filter(pk__gt=last)
    return list(rows.values_list("pk", flat=True)[: backfill.batch_size])


# --- the run ----------------------------------------------------------------------------------------------------


class Runner:
    """Works off every scope, batch by batch, until all are finished or somebody sets `stopping`."""

    def __init__(self, backfill: Backfill, tell: Callable[[str], None], sleep: Callable[[float], None]) -> None:
        self.backfill, self.tell, self.sleep = backfill, tell, sleep
        self.stopping, self.told_at = False, 0.0

    def run(self) -> bool:
        """Whether everything is finished."""
        while not self.stopping:
            waiting = [scope for scope in scopes(self.backfill) if scope.finished_at is None]
            if not waiting:
                return True
            batches = sum(self._work_off(scope.organization_id) for scope in waiting)
            if not batches:  # other runners are at all that is left
                self.sleep(max(self.backfill.pause, 0.5))
        return False

    def _work_off(self, firm: UUID | None) -> int:
        batches = 0
        while not self.stopping and (done := next_batch(self.backfill, firm)) is not None:
            batches += 1
            self._tell_now_and_then()
            if done == self.backfill.batch_size:
                self.sleep(self.backfill.pause)
        return batches

    def _tell_now_and_then(self) -> None:
        if time.monotonic() - self.told_at > TELL_EVERY:
            self.tell(state(self.backfill))
            self.told_at = time.monotonic()
