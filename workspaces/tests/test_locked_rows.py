"""The database keeps a locked file as it is: raw SQL as the application's role, past every view and model."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from psycopg import sql
from uuid_utils.compat import uuid7

from tests.isolation.rows import as_owner, run
from workspaces.models import (
    Binder,
    BinderAccount,
    CrossReference,
    JournalEntry,
    JournalEntryLine,
    ReviewNote,
    SignOff,
    TrialBalance,
    TrialBalanceLine,
    Workpaper,
    WorkpaperVersion,
)

pytestmark = pytest.mark.django_db

PARTS = (
    "workpapers", "workpaper_versions", "sign_offs", "review_notes", "cross_references", "trial_balances",
    "trial_balance_lines", "journal_entries", "journal_entry_lines", "binder_accounts",
)  # fmt: skip


@pytest.fixture
def firm(cast):
    """The cast's binder locked today, inside the firm."""
    with cast.ours.inside():
        lock(cast.ours, until=timezone.now().date() + timedelta(days=365))
        yield cast.ours


def lock(firm, *, until):
    Workpaper.objects.filter(binder=firm.binder).update(locked=True)
    Binder.objects.filter(pk=firm.binder.pk).update(
        locked_at=timezone.now(), locked_by=firm.owner, retained_until=until, report_released_on=date(2026, 1, 15)
    )


def refused(statement, *params):
    with pytest.raises(IntegrityError, match="locked|legal hold"), transaction.atomic():
        run(statement, *params)


def test_these_statements_run_as_the_application(firm):
    with connection.cursor() as cursor:
        assert cursor.execute("SELECT current_user").fetchone() == ("tickmark_app",)


@pytest.mark.parametrize("table", [*PARTS, "binders"])
def test_a_row_of_a_locked_file_is_not_changed(firm, table):
    refused(sql.SQL("UPDATE {} SET created_at = now() + interval '1 day'").format(sql.Identifier(table)))


@pytest.mark.parametrize("table", [*PARTS, "binders"])
def test_a_row_of_a_locked_file_is_not_deleted(firm, table):
    with pytest.raises(IntegrityError, match="locked|legal hold"), transaction.atomic():
        run(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def test_a_locked_file_is_not_unlocked(firm):
    refused("UPDATE binders SET locked_at = NULL, locked_by_id = NULL, retained_until = NULL")
    refused("UPDATE workpapers SET locked = false")
    refused("UPDATE binders SET deleted_at = now()")
    refused("UPDATE workpapers SET deleted_at = NULL WHERE id = %s", firm.deleted_paper.pk)


def test_retention_grows_and_never_shrinks(firm):
    refused("UPDATE binders SET retained_until = retained_until - 1")
    assert run("UPDATE binders SET retained_until = retained_until + 1") == 1


def test_a_paper_enters_a_locked_file_only_late_and_with_a_reason(firm):
    paper = {"binder": firm.binder, "section": "B", "reference": "B-9", "sort_key": "1B.9", "position": 9, "title": "X"}
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Workpaper.objects.create(**paper)
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Workpaper.objects.create(**paper, locked=True, late_at=timezone.now())
    late = Workpaper.objects.create(
        **paper, locked=True, late_at=timezone.now(), late_reason="The bank confirmed after the report."
    )
    refused("UPDATE workpapers SET title = 'Y' WHERE id = %s", late.pk)
    SignOff.objects.create(
        workpaper=late, role="preparer", member=firm.member, signed_at=timezone.now(), content_hash="0" * 64, version=1
    )


def test_nobody_signs_a_locked_paper_that_is_not_late(firm):
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        SignOff.objects.create(
            workpaper=firm.workpaper, role="partner", member=firm.owner, signed_at=timezone.now(), version=1
        )


def test_nothing_moves_into_a_locked_file(firm):
    other = Binder.objects.create(project=firm.project, period_end=date(2024, 12, 31))
    paper = Workpaper.objects.create(binder=other, section="B", reference="B-7", sort_key="1B.7", position=7, title="X")
    target = Workpaper.objects.create(
        binder=other, section="B", reference="B-8", sort_key="1B.8", position=8, title="Y"
    )
    balance = TrialBalance.objects.create(binder=other, as_of=date(2024, 12, 31), source_name="tb.csv")
    entry = JournalEntry.objects.create(binder=other, number=9, description="X", entry_date=date(2024, 12, 31))
    signed = {"role": "partner", "member": firm.owner, "signed_at": timezone.now(), "version": 1}
    moves = {
        "binder_id": (
            firm.binder,
            [paper, balance, entry, BinderAccount.objects.create(binder=other, code="9999", section="B")],
        ),
        "workpaper_id": (firm.workpaper, [
            WorkpaperVersion.objects.create(workpaper=paper, number=9, title="X", body={}),
            SignOff.objects.create(workpaper=paper, **signed),
            ReviewNote.objects.create(workpaper=paper, text="X", raised_by=firm.owner),
            CrossReference.objects.create(workpaper=paper, cell="r1.c2", target=target, target_cell="r9.c2"),
        ]),
        "trial_balance_id": (firm.trial_balance, [
            TrialBalanceLine.objects.create(trial_balance=balance, position=9, code="9999", name="X", amount=1)
        ]),
        "entry_id": (firm.journal_entry, [
            JournalEntryLine.objects.create(entry=entry, position=9, code="9999", amount=1)
        ]),
    }  # fmt: skip
    rows = [(row, column, place) for column, (place, found) in moves.items() for row in found]
    assert {row._meta.db_table for row, _, _ in rows} == set(PARTS)
    for row, column, place in rows:
        statement = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s")
        refused(statement.format(*map(sql.Identifier, (row._meta.db_table, column))), place.pk, row.pk)


def test_the_other_end_of_a_tie_is_kept_with_its_file(cast):
    def moved(statement, *params):
        with pytest.raises(IntegrityError, match="papers of one file|other end is locked"), transaction.atomic():
            run(statement, *params)

    with cast.ours.inside():
        other = Binder.objects.create(project=cast.ours.project, period_end=date(2024, 12, 31))
        first, second = (
            Workpaper.objects.create(
                binder=other, section="B", reference=f"B-{place}", sort_key=f"1B.{place}", position=place, title="X"
            )
            for place in (7, 8)
        )
        tie = CrossReference.objects.create(workpaper=first, cell="r1.c2", target=second, target_cell="r9.c2")
        moved("UPDATE cross_references SET target_id = %s WHERE id = %s", cast.ours.workpaper.pk, tie.pk)
        lock(cast.ours, until=date(2099, 1, 1))
        moved("UPDATE cross_references SET target_id = %s WHERE id = %s", cast.ours.workpaper.pk, tie.pk)
        with pytest.raises(IntegrityError, match="other end is locked"), transaction.atomic():
            CrossReference.objects.create(
                workpaper=first, cell="r2.c2", target=cast.ours.workpaper, target_cell="r9.c2"
            )
        # A paper that was in the trash when the file was closed is no way to it, either.
        Workpaper.objects.filter(pk=second.pk).update(locked=True)
        moved("UPDATE cross_references SET target_cell = 'r1.c1' WHERE id = %s", tie.pk)
        moved("DELETE FROM cross_references WHERE id = %s", tie.pk)


def test_after_its_retention_a_file_may_go(cast):
    with cast.ours.inside():
        lock(cast.ours, until=date(2026, 1, 1))
        for table in (
            "binder_copies",
            "workpaper_readings",
            "binder_accounts",
            "journal_entry_lines",
            "journal_entries",
            *PARTS[1:5],
            "workpapers",
        ):
            run(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        run("DELETE FROM trial_balance_lines")
        run("DELETE FROM trial_balances")
        assert run("DELETE FROM binders") == 1


def test_a_legal_hold_stops_deletion_locked_or_not(cast):
    with cast.ours.inside():
        run(
            "UPDATE binders SET legal_hold_at = now(), legal_hold_by_id = %s, legal_hold_reason = 'Suit'",
            cast.ours.owner.pk,
        )
        for statement in ("DELETE FROM workpapers", "UPDATE workpapers SET deleted_at = now()", "DELETE FROM sign_offs",
                          "DELETE FROM trial_balance_lines", "UPDATE binders SET deleted_at = now()"):  # fmt: skip
            refused(statement)
        refused("UPDATE review_notes SET text = '', purged_at = now()")
        refused("UPDATE review_notes SET text = 'Something else'")
        assert run("UPDATE review_notes SET cleared_at = now(), cleared_by_id = raised_by_id WHERE parent_id IS NULL")
        run("UPDATE workpapers SET title = 'Still being worked on'")


def test_the_owner_who_maintains_the_tables_is_not_bound(firm):
    query = "UPDATE workpapers SET position = position WHERE organization_id = %s"
    assert as_owner(query, firm.organization.pk) == 3


def test_another_firms_lock_is_no_concern_of_ours(cast):
    with cast.theirs.inside():
        lock(cast.theirs, until=date(2099, 1, 1))
    with cast.ours.inside():
        assert run("UPDATE workpapers SET position = position") == 3
        assert Workpaper.objects.filter(pk=uuid7()).count() == 0
