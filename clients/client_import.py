"""A file of clients comes into the firm: in parts, so that a large one shows how far it is and goes on after a crash.

Each part judges its rows again when it writes them: importing the same file twice adds nothing.
"""

from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from clients import client_rows, tags
from clients.client_bulk import database_now
from clients.client_events import record_all
from clients.client_rows import ADDRESS, ClientPlan, ClientRow, stored_value
from clients.csv_reading import Table, UnreadableFile
from clients.importing import Mapping
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientImport,
    ClientImportRow,
    ClientTagging,
)
from clients.storage import is_waiting_here
from clients.table_reading import read_any_table
from organizations.models import Membership
from organizations.permissions import Permission
from tenancy.context import current_tenant_id

#: Rows written while the person waits; a longer file goes to the worker, by as many at a time.
AT_ONCE, PART = 1000, 2500
PLAIN = ("name", "code", "industry", "website", "year_end", "notes", "tax_id")


@transaction.atomic
def start(
    table: Table, mapping: Mapping, *, by: Membership, name: str, key: str, updates: bool = False
) -> ClientImport:
    """The import of this file: made now, or by an earlier press of the button."""
    _one_at_a_time()
    if made := ClientImport.objects.filter(import_key=key).first():
        return made
    batch = ClientImport.objects.create(
        name=name[:255], import_key=key, mapping=mapping, updates=updates, total=len(table.rows), created_by=by
    )
    if batch.total <= AT_ONCE:
        write_part(batch, table, size=AT_ONCE)
    return batch


@transaction.atomic
def go_on(batch_id: Any) -> bool:
    """Write the next part. Whether there is more to do; what nobody can go on with is stopped, and says why."""
    batch = ClientImport.objects.select_for_update(of=("self",)).filter(pk=batch_id).first()
    if batch is None or not batch.is_running:
        return False
    if batch.created_by is None or not batch.created_by.can(Permission.MANAGE_CLIENTS):
        return _stop(batch, "Whoever started the import may not add clients any more.")
    try:
        table = stored_table(batch)
    except (FileNotFoundError, UnreadableFile):
        return _stop(batch, "The file is gone. What was imported until then stays.")
    _one_at_a_time()
    write_part(batch, table, size=PART)
    return batch.is_running


def stored_table(batch: ClientImport) -> Table:
    if not is_waiting_here(batch.import_key):
        raise FileNotFoundError(batch.import_key)
    with default_storage.open(batch.import_key) as file:
        return read_any_table(File(file, name=batch.name))


def _stop(batch: ClientImport, problem: str) -> bool:
    batch.status, batch.problem, batch.finished_at = ClientImport.Status.FAILED, problem, timezone.now()
    batch.save()
    return False


def write_part(batch: ClientImport, table: Table, *, size: int) -> None:
    """The next rows, in the caller's transaction."""
    by = batch.created_by
    if by is None:
        raise ValueError("An import has somebody who started it.")
    planned = plan_of(batch, table, by, part=slice(batch.done, batch.done + size))
    _add(batch, [row for row in planned.new if isinstance(row, ClientRow)], by)
    _change(batch, [row for row in planned.changed if isinstance(row, ClientRow)], by)
    batch.done += len(planned.rows)
    batch.added += len(planned.new)
    batch.changed += len(planned.changed)
    batch.known += len(planned.known)
    batch.failing += len(planned.failing)
    if batch.done >= batch.total:
        batch.status, batch.finished_at = ClientImport.Status.DONE, timezone.now()
    batch.save()


def plan_of(batch: ClientImport, table: Table, by: Membership, *, part: slice | None = None) -> ClientPlan:
    return client_rows.plan(table, batch.mapping, by=by, updates=batch.updates, part=part)


def _one_at_a_time() -> None:
    """One import of a firm at a time, so that a double click cannot write the rows twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"client import {current_tenant_id()}"]
        )


def _add(batch: ClientImport, rows: list[ClientRow], by: Membership) -> None:
    clients = [_client(row.values, by) for row in rows]
    pairs = list(zip(clients, rows, strict=True))
    Client.objects.bulk_create(clients, batch_size=500)
    ClientContact.objects.bulk_create(
        [_contact(client, row.values, by) for client, row in pairs if row.values["contact_email"]], batch_size=500
    )
    ClientAssignment.objects.bulk_create(
        [ClientAssignment(client=client, member=row.lead, is_lead=True) for client, row in pairs if row.lead],
        batch_size=500,
    )
    named = {name.casefold(): tags.named(name, by=by) for row in rows for name in tags.split(row.values["tags"])}
    ClientTagging.objects.bulk_create(
        [
            ClientTagging(client=client, tag=named[name.casefold()])
            for client, row in pairs
            for name in tags.split(row.values["tags"])
        ],
        batch_size=500,
    )
    record_all(clients, ClientEvent.Verb.IMPORTED, batch.name, by=by)
    _remember(batch, [(client, row, None) for client, row in pairs])


def _change(batch: ClientImport, rows: list[ClientRow], by: Membership) -> None:
    written = []
    for row in rows:
        client = row.client
        if client is None:
            continue
        before = {name: stored_value(client, name) for name in row.changes}
        set_values(client, {name: new for name, (_, new) in row.changes.items()})
        client.save()
        written.append((client, row, before))
    record_all([client for client, _, _ in written], ClientEvent.Verb.CHANGED, f"by importing {batch.name}", by=by)
    _remember(batch, written)


def set_values(client: Client, values: dict[str, str]) -> None:
    for name, value in values.items():
        if name in ADDRESS:
            client.address = {**client.address, name: value}
        else:
            setattr(client, name, value)


def _remember(batch: ClientImport, written: Iterable[tuple[Client, ClientRow, dict | None]]) -> None:
    """With the database's clock, after everything of these rows is written: a later one means a later change."""
    stamp = database_now()
    ClientImportRow.objects.bulk_create(
        [
            ClientImportRow(batch=batch, client=client, line=row.line, before=before, stamp=stamp)
            for client, row, before in written
        ],
        batch_size=500,
    )


def _client(values: dict[str, str], by: Membership) -> Client:
    plain = {name: values[name] for name in PLAIN}
    address = {name: values[name] for name in ADDRESS if values[name]}
    return Client(**plain, type=values["type"] or Client.Kind.COMPANY, address=address, created_by=by)


def _contact(client: Client, values: dict[str, str], by: Membership) -> ClientContact:
    return ClientContact(
        client=client, name=values["contact_name"] or values["contact_email"], email=values["contact_email"].lower(),
        phone=values["contact_phone"], is_primary=True, created_by=by,
    )  # fmt: skip
