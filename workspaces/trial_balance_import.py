"""A ledger comes into a binder: all of it, if every row can be read and debits equal credits; otherwise nothing."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from organizations.models import Membership
from tenancy.locking import held
from workspaces import lead_building, remembered_mapping
from workspaces.ledger_rows import Ledger
from workspaces.models import Binder, TrialBalance, TrialBalanceLine

#: Rows of one file, and rows of one statement.
MOST, BATCH = 25_000, 2_000


class NotBalanced(Exception):
    """The file does not balance, or has rows that cannot be read."""


class Closed(Exception):
    """The message says what keeps the ledger of this binder as it is."""


@dataclass(frozen=True)
class Source:
    """Which file, and which ledger it is."""

    name: str
    sha256: str
    kind: str
    as_of: date


def sha256_of(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def run(binder: Binder, ledger: Ledger, source: Source, *, by: Membership) -> TrialBalance:
    """Store the ledger in place of the one of its kind there was, and bring the leads up to it."""
    if not ledger.can_be_stored:
        raise NotBalanced
    stored = open_binder(binder)
    balance, _ = TrialBalance.objects.update_or_create(
        binder=stored, kind=source.kind,
        defaults={"as_of": source.as_of, "source_name": source.name[:255], "source_sha256": source.sha256, "created_by": by},
    )  # fmt: skip
    TrialBalanceLine.objects.filter(trial_balance=balance).delete()
    TrialBalanceLine.objects.bulk_create(
        (
            TrialBalanceLine(trial_balance=balance, position=at, code=line.code, name=line.name, amount=line.amount)
            for at, line in enumerate(ledger.lines, start=1)
        ),
        batch_size=BATCH,
    )
    remembered_mapping.take_over(stored, by=by)
    lead_building.bring_up_to_date(stored, by=by)
    return balance


def open_binder(binder: Binder) -> Binder:
    """The binder, held until the transaction ends. Raises Closed where its ledger may not change."""
    stored = held(Binder.objects.select_related("project__client"), binder.pk)
    if stored.is_locked:
        raise Closed("The file is locked: nothing in it changes.")
    if stored.is_on_hold:
        raise Closed("The file is on legal hold: its ledger stays as it is.")
    return stored
