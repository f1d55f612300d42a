"""One data set becomes one firm, all of it or nothing."""

import csv
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from audit.log import record
from audit.models import AuditLog
from config.adopting.contents import Contents
from config.adopting.converting import DataSet, convert, kept_id, mapped_id, value
from config.adopting.people import find_people, make_accounts, place_people, send_invitations
from config.adopting.problems import AdoptionRefused, Problems
from config.adopting.reading import MAP, ORGANIZATION_FILE, read_folder, read_organization
from config.adopting.tables import TABLES, organization_columns
from config.adopting.task_order import tell_disorder
from config.adopting.writing import LATER, NO_HURRY, NOW, run, tell_dangling, write
from organizations.lookups import organization_by_slug
from organizations.models import Organization
from organizations.models.organization import validate_slug
from tenancy.context import OWNER, all_tenants, surface, tenant

ACTION = "adopt"
IN_USE = "This id is in use already. Map the ids instead: --ids map."


@dataclass
class Outcome:
    """Rows added by table, and the addresses that were invited."""

    organization_id: uuid.UUID
    added: Mapping[str, int]
    invited: list[str] = field(default_factory=list)


class Undone(Exception):
    """A dry run ends here, and the transaction with it."""


def adopt(folder: Path, *, slug: str, keep_ids: bool, dry: bool, existing: bool, reason: str) -> Outcome:
    """Raises AdoptionRefused with everything that is wrong; then nothing was written."""
    problems = Problems()
    firm = firm_of(folder, slug, keep_ids, problems)
    raw = read_folder(folder, problems)
    found = convert(raw, kept_id if keep_ids else mapped_id(firm.pk), problems)
    contents = Contents(folder)
    contents.look_at(found, problems)
    if firm._state.adding and not any(row.values.get("role") == "owner" for row in found.rows["members"]):
        problems.add("members.csv", None, "role", "A new firm needs a member with the role owner.")
    if keep_ids:
        tell_ids_of_others(found, firm, problems)
    outcome = Outcome(firm.pk, {})
    try:
        with whole(firm, found, problems, reason) as people:
            if firm._state.adding:
                firm.save(force_insert=True)
            elif not existing and not AuditLog.objects.filter(action=ACTION).exists():
                problems.add("", None, "", f"“{slug}” is a firm that was not adopted; give --existing to add to it.")
            invited = place_people(found, people)
            tell_dangling(found, problems)
            tell_disorder(found, problems)
            refuse(problems)
            outcome.added = write(found, contents, problems, dry=dry)
            refuse(problems)
            send_invitations(found, invited, problems)
            refuse(problems)
            outcome.invited = [someone.row.values["email"] for someone in invited]
            if dry:
                raise Undone
            finish(folder, firm, found, outcome, keep_ids)
            make_accounts(people)
            run(NOW)
    except Undone:
        pass
    except BaseException as error:
        contents.forget()
        if isinstance(error, IntegrityError) and "organizations_" in str(error):
            raise refused(ORGANIZATION_FILE, "id" if "pkey" in str(error) else "", IN_USE) from error
        raise
    return outcome


@contextmanager
def whole(firm: Organization, found: DataSet, problems: Problems, reason: str) -> Iterator[list[Any]]:
    """One transaction inside the firm, on behalf of its owner; every line of the audit trail says why."""
    people = find_people(found, problems)
    owner = next((one.user_id for one in people if one.row.values.get("role") == "owner"), None)
    with transaction.atomic(), tenant(firm.pk, user=owner, reason=reason):
        run(NO_HURRY)
        run(LATER)
        yield people


def firm_of(folder: Path, slug: str, keep_ids: bool, problems: Problems) -> Organization:
    """The firm at this address, or a new one as organization.json describes it."""
    said = read_organization(folder, problems)
    wanted = None
    try:
        validate_slug(slug)
        wanted = kept_id("organization", str(said.get("id", ""))) if keep_ids and said else None
    except ValidationError as error:
        problems.add("--slug", None, "", error.messages[0])
    except ValueError as error:
        problems.add(ORGANIZATION_FILE, None, "id", str(error))
    there = organization_by_slug(slug)
    if there and wanted and there != wanted:
        problems.add(ORGANIZATION_FILE, None, "id", f"The firm at “{slug}” has another id.")
    firm = Organization(id=there or wanted or uuid7(), slug=slug)
    firm._state.adding = there is None
    for name, column in organization_columns().items():
        if said.get(name) not in (None, ""):
            try:
                setattr(firm, name, value(column, said[name]))
            except ValueError as error:
                problems.add(ORGANIZATION_FILE, None, name, str(error))
    return firm


def tell_ids_of_others(found: DataSet, firm: Organization, problems: Problems) -> None:
    """Two firms may hold the same id, the keys allow it; but whoever looks at a log should not have to ask whose it is.

    Only the owner's role sees other firms' ids. It learns that an id is taken, not by whom.
    """
    if settings.TENANCY_ALIASES["owner"] not in settings.DATABASES:
        problems.add("--ids keep", None, "", "Set OWNER_DATABASE_URL: no other role sees whether an id is in use.")
        return
    with transaction.atomic(settings.TENANCY_ALIASES["owner"]), surface(OWNER), all_tenants(reason="ids in use"):
        for table in TABLES:
            rows = {row.pk: row for row in found.rows[table.name]}
            taken = table.model._base_manager.filter(pk__in=rows).exclude(organization=firm.pk)
            for pk in taken.values_list("pk", flat=True):
                problems.add(found.files[table.name], rows[pk].number, "id", IN_USE)


def finish(folder: Path, firm: Organization, found: DataSet, outcome: Outcome, keep_ids: bool) -> None:
    """The line in the audit trail, and the map beside the data; neither for a run that found everything there."""
    if any(outcome.added.values()):
        record(ACTION, firm, source=folder.name, tables={name: n for name, n in outcome.added.items() if n})
    if keep_ids:
        return
    with (folder / MAP).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "source id", "id"])
        writer.writerows([table.name, row.source, row.pk] for table in TABLES for row in found.rows[table.name])


def refuse(problems: Problems) -> None:
    if problems.found:
        raise AdoptionRefused(problems.found)


def refused(file: str, name: str, says: str) -> AdoptionRefused:
    problems = Problems()
    problems.add(file, None, name, says)
    return AdoptionRefused(problems.found)
