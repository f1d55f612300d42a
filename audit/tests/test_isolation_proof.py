"""The running installation is asked whether its database keeps firms apart, and says so when it does not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from audit import isolation_proof
from audit.isolation_proof import prove
from audit.models import IsolationProof
from tenancy.context import OPERATOR, OWNER, surface
from tests.cast import Cast
from tests.isolation.rows import TABLES, snapshot

pytestmark = pytest.mark.django_db


@contextmanager
def broken(*statements: str) -> Iterator[None]:
    """For this test only: its transaction takes it all back."""
    with surface(OWNER), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    yield


def failed(proof: Any) -> set[tuple[str, str]]:
    return {(probe.table, probe.question) for probe in proof.failures if probe.table}


def test_every_table_is_probed_and_nothing_changes(cast: Cast) -> None:
    before = snapshot()
    proof = prove([cast.ours.organization.pk, cast.theirs.organization.pk])
    assert not proof.failures
    assert {probe.table for probe in proof.probes} == {"", *TABLES}
    assert snapshot() == before


def test_a_policy_that_lets_everything_through_is_seen(cast: Cast) -> None:
    with broken("DROP POLICY tenant ON clients", "CREATE POLICY tenant ON clients TO tickmark_app USING (true)"):
        proof = prove([cast.ours.organization.pk])
    assert failed(proof) == {
        ("clients", "Without a firm nothing is read"),
        ("clients", "A firm without rows sees none"),
        ("clients", "A row for another firm is refused"),
        ("clients", f"{cast.ours.organization.pk} sees no other firm's rows"),
    }


def test_row_security_that_is_off_is_seen(cast: Cast) -> None:
    with broken("ALTER TABLE documents DISABLE ROW LEVEL SECURITY"):
        assert ("documents", "A firm without rows sees none") in failed(prove())


def test_a_right_too_much_is_seen(cast: Cast) -> None:
    with broken("GRANT TRUNCATE ON clients TO tickmark_app"):
        assert ("clients", "The application cannot empty or alter it") in failed(prove())


def test_a_hole_in_the_catalogue_is_seen(cast: Cast) -> None:
    with broken("ALTER TABLE clients NO FORCE ROW LEVEL SECURITY"):
        assert "Rule row_security_forced" in {probe.question for probe in prove().failures}


def test_a_busy_server_is_no_hole(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    name = connection.settings_dict["NAME"]
    monkeypatch.setattr(isolation_proof, "WAIT", "10ms")
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], dbname=name) as elsewhere:
        elsewhere.execute("SET ROLE tickmark_owner")
        elsewhere.execute("LOCK TABLE client_grants IN ACCESS EXCLUSIVE MODE")
        proof = prove()
        elsewhere.rollback()
    assert not proof.failures
    assert {probe.table for probe in proof.unanswered} - {""} == {"client_grants"}


def test_the_command_tells_passes_and_remembers(cast: Cast) -> None:
    said = StringIO()
    call_command("prove_isolation", organization=[cast.ours.organization.pk], verbosity=2, stdout=said)
    assert "Passed: " in said.getvalue()
    assert "A row for another firm is refused" in said.getvalue()
    with surface(OPERATOR):
        assert IsolationProof.objects.get().passed


def test_the_command_fails_with_what_it_saw(cast: Cast) -> None:
    said = StringIO()
    with broken("ALTER TABLE clients DISABLE ROW LEVEL SECURITY"), pytest.raises(CommandError, match="not kept apart"):
        call_command("prove_isolation", stdout=said)
    assert "FAIL  clients" in said.getvalue()


def test_operators_probe_from_their_page(cast: Cast, sign_in: Any) -> None:
    operator = sign_in(cast.operator)
    assert "Probe the walls now" in operator.get(reverse("admin:audit_isolationproof_changelist")).content.decode()
    page = operator.post(reverse("admin:audit_isolationproof_probe"), follow=True).content.decode()
    assert "the database keeps firms apart" in page
    with broken("ALTER TABLE clients DISABLE ROW LEVEL SECURITY"):
        page = operator.post(reverse("admin:audit_isolationproof_probe"), follow=True).content.decode()
    assert "probes failed" in page
    assert "clients: A firm without rows sees none" in page


def test_nobody_else_probes(cast: Cast, sign_in: Any) -> None:
    address = reverse("admin:audit_isolationproof_probe")
    assert sign_in(cast.ours.owner).post(address).status_code in (302, 403)
    with surface(OPERATOR):
        assert not IsolationProof.objects.exists()
