"""Commands begin in no firm: what they read, load or clear ends where the firm they are run in ends."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from tenancy.context import TenantError
from tests.cast import Cast
from tests.isolation.rows import MODELS, TABLES, a_row, changed, snapshot

pytestmark = pytest.mark.django_db

TENANT_LABELS = sorted(MODELS[table]._meta.label for table in TABLES)


def dump(*labels: str) -> list[dict]:
    out = io.StringIO()
    call_command("dumpdata", *labels, "--all", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


@pytest.mark.parametrize("label", TENANT_LABELS)
def test_dumpdata_outside_a_firm_dumps_nothing(cast: Cast, label: str) -> None:
    with pytest.raises((CommandError, TenantError, DatabaseError)), transaction.atomic():
        dump(label)


@pytest.mark.parametrize("label", TENANT_LABELS)
def test_dumpdata_inside_a_firm_dumps_that_firm(cast: Cast, label: str) -> None:
    table = next(table for table in TABLES if MODELS[table]._meta.label == label)
    with cast.ours.inside():
        text = json.dumps(dump(label))
    assert str(a_row(table, cast.ours)) in text
    assert str(a_row(table, cast.theirs)) not in text and str(cast.theirs.organization.pk) not in text


@pytest.mark.parametrize("label", [label for label in TENANT_LABELS if label != "audit.AuditLog"])
def test_loaddata_brings_no_row_into_another_firm(cast: Cast, tmp_path: Path, label: str) -> None:
    """A dump of theirs, loaded inside ours: refused row by row."""
    with cast.theirs.inside():
        rows = dump(label)
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps(rows))
    before = snapshot()
    with cast.ours.inside(), pytest.raises(DatabaseError), transaction.atomic():
        call_command("loaddata", str(file), verbosity=0)
    assert not changed(before)


@pytest.mark.parametrize(
    "command", [["flush", "--no-input"], ["createcachetable", "evil"], ["partitions", "--database", "default"]],
    ids=["flush", "createcachetable", "partitions"],
)  # fmt: skip
def test_a_command_of_the_owner_is_refused_to_the_application(cast: Cast, command: list[str]) -> None:
    before = snapshot()
    with pytest.raises((CommandError, DatabaseError)), transaction.atomic():
        call_command(*command, stdout=io.StringIO(), stderr=io.StringIO())
    assert not changed(before)


def test_clearing_sessions_reaches_no_firm(cast: Cast) -> None:
    before = snapshot()
    with pytest.raises(DatabaseError), transaction.atomic():
        call_command("clearsessions")
    assert not changed(before)
