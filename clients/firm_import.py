"""Brings an exported firm into this installation with the ids it had: all of it or nothing, and once.

Its people meet accounts by their addresses; whoever has none here gets one without a password, and sets it by mail.
Secrets are not in an export: links, tokens and invitations that were open elsewhere open nothing here. Nor does it say
what has to be true here: domains are proven anew.
"""

from dataclasses import dataclass, field
from itertools import batched
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models
from django.db.models.constants import OnConflict

from audit import log
from audit.models import PlatformAuditLog
from clients import firm_names
from clients.firm_archive import UNREADABLE, Archive, ImportRefused
from clients.firm_export import tables
from clients.firm_files import bring_files, take_back
from clients.firm_import_people import people
from clients.firm_import_rows import Here, instances
from clients.whole_firm import TRAIL, whole_firm
from organizations.models import Organization, OrganizationSlug
from organizations.models.organization import validate_slug
from tenancy.context import OWNER, alias_for, all_tenants, surface

ACTION = "import_firm"
BATCH = 500


@dataclass
class Outcome:
    organization_id: UUID
    slug: str
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    #: Addresses of the accounts that were made.
    made: list[str] = field(default_factory=list)
    was_here: bool = False
    #: The table that is being written.
    at: str = ""


def bring(file: IO[bytes], *, checksum: str = "") -> Outcome:
    """Raises ImportRefused. Run again with the same file, it only brings files that are missing."""
    archive = Archive(file)
    if checksum and checksum != archive.checksum:
        raise ImportRefused("It is another export: the checksum of its manifest is not the one given.")
    outcome, brought = Outcome(archive.firm, ""), list[str]()
    try:
        archive.verify()
        outcome.slug = next(archive.rows("organizations"))["slug"]
        outcome.was_here = is_here(archive, outcome.slug)
        with whole_firm(archive.firm):
            outcome.files = bring_files(archive, brought)
            if not outcome.was_here:
                write(archive, outcome)
    except BaseException as error:
        take_back(brought)
        if isinstance(error, (DatabaseError, ValidationError, StopIteration, firm_names.Unknown, *UNREADABLE)):
            raise ImportRefused(_sentence(error, outcome.at)) from error
        raise
    return outcome


def is_here(archive: Archive, slug: str) -> bool:
    """Whether this very export was brought in before. Raises ImportRefused where its id or address is another's."""
    with surface(OWNER), all_tenants(reason="is the firm here"):
        there = Organization.objects.filter(pk=archive.firm).exists()
        lines = PlatformAuditLog.objects.filter(action=ACTION, resource_id=archive.firm)
        if there and lines.filter(new_values__manifest_sha256=archive.checksum).exists():
            return True
        if there:
            raise ImportRefused("A firm with this id is here already.")
        others = Organization.objects.filter(slug=slug).exists() or OrganizationSlug.objects.filter(slug=slug).exists()
        if others:
            raise ImportRefused(
                f"The address “{slug}” is taken here. Change the firm’s address there, and export again."
            )
    validate_slug(slug)
    return False


def write(archive: Archive, outcome: Outcome) -> None:
    here = Here(
        people(archive, outcome.made),
        {table: firm_names.found(table, said) for table, said in archive.read("names.json").items()},
    )
    for model in tables():
        outcome.at = model._meta.db_table
        outcome.rows[outcome.at] = add_rows(model, archive, here)
    OrganizationSlug.objects.create(slug=outcome.slug, organization_id=archive.firm)
    told: dict[str, Any] = {
        "manifest_sha256": archive.checksum,
        "rows": sum(outcome.rows.values()),
        "files": outcome.files,
    }
    log.record(ACTION, Organization.objects.get(), **told)
    log.record_platform(ACTION, "organizations", archive.firm, **told)


def add_rows(model: type[models.Model], archive: Archive, here: Here) -> int:
    """As they are: no field says that it was changed just now. The trail may be here already, from before the firm was
    deleted: its lines are the same ones."""
    rows, using = 0, alias_for(OWNER)
    fields = [column for column in model._meta.concrete_fields if not column.generated]
    known = OnConflict.IGNORE if model in TRAIL else None
    for some in batched(instances(model, archive, here), BATCH):
        model._base_manager.using(using)._insert(  # type: ignore[attr-defined]
            some, fields=fields, returning_fields=[], raw=True, using=using, on_conflict=known
        )
        rows += len(some)
    return rows


def _sentence(error: Exception, table: str) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if name:
        return f"The database does not take a row: it breaks {name}."
    if isinstance(error, firm_names.Unknown):
        return str(error)
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return f"A row of {table} cannot be read." if table else "Something in it cannot be read."
