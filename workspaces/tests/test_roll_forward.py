"""The next period's binder: what comes along, what does not, and when it is refused."""

from datetime import date

import pytest

from audit.models import AuditLog
from workspaces import account_mapping, journal, signing, trial_balance_import
from workspaces.bodies import grid_of
from workspaces.carrying import Years, shift_of
from workspaces.grids import Column, Grid
from workspaces.ledger_rows import Ledger, Line
from workspaces.models import Binder, CrossReference, JournalEntry, ReviewNote, SignOff, TrialBalanceLine, Workpaper
from workspaces.tests.papers import empty_binder, paper, schedule

pytestmark = pytest.mark.django_db
ACCOUNTS = [("1000", "Bank", 50000), ("4000", "Sales", -50000)]


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        binder = empty_binder(cast.ours)
        source = trial_balance_import.Source("tb.csv", "", "current", binder.period_end)
        ledger = Ledger([Line(at, *account) for at, account in enumerate(ACCOUNTS, 2)], 2)
        trial_balance_import.run(binder, ledger, source, by=cast.ours.member)
        account_mapping.save(binder, {"1000": "B", "4000": "R"}, by=cast.ours.member)
        entry = cast.ours.journal_entry
        entry.lines.create(position=2, code="4000", name="Sales", amount=5000)
        journal.post(entry, by=cast.ours.member)
        yield cast.ours


@pytest.fixture
def browser(firm, sign_in):
    return sign_in(firm.member)


def url(firm, name="binder_roll_forward"):
    return firm.url(name, binder_id=firm.binder.pk)


def roll(firm, browser, **fields):
    sent = {"project": firm.project.pk, "period_start": "2026-01-01", "period_end": "2026-12-31", "notes": "carry"}
    return browser.post(url(firm), sent | fields)


def rolled(firm, browser, **fields):
    answer = roll(firm, browser, **fields)
    assert answer.status_code == 302, answer.content.decode()
    return Binder.objects.get(rolled_from=firm.binder)


def in_order(binder):
    return list(Workpaper.objects.filter(binder=binder).select_related("binder", "parent").in_order())


def two_years(firm, reference="C-1"):
    """A schedule whose last column is last year's, with a conclusion."""
    columns = [("c1", "Item", "text"), ("c2", "Audited 2025", "figure"), ("c3", "2024", "figure")]
    rows = [
        {"id": "r1", "kind": "", "cells": {"c1": {"text": "Trade"}, "c2": {"amount": 700, "ticks": ["?a"]}, "c3": {"amount": 1}}},
        {"id": "r2", "kind": "total", "cells": {"c2": {"formula": "={r1.c2}"}, "c3": {"formula": "={r1.c3}"}}},
    ]  # fmt: skip
    grid = {"columns": [dict(zip(("id", "title", "type"), column, strict=True)) for column in columns], "rows": rows}
    return paper(firm, reference, {"grid": grid, "purpose": "Why", "conclusion": "Fair"})


def test_papers_come_along_with_last_years_figures_beside_them_and_unsigned(firm, browser):
    made = two_years(firm)
    below = schedule(firm, "C-1.1")
    memo = paper(firm, "A-1", {"work": f"See [[paper:{made.pk}]].", "conclusion": "Done"}, "memo")
    paper(firm, "Z-1", {"items": [{"id": "i1", "text": "Step", "answer": "yes", "note": "Seen"}]}, "checklist")
    Workpaper.objects.filter(pk=below.pk).update(parent=made)
    CrossReference.objects.create(workpaper=made, cell="r2.c2", target=below, target_cell="r3.c2")
    signing.sign(memo, "preparer", by=firm.member, seen=memo.content_hash)
    page = browser.get(url(firm)).content.decode()
    assert "Figures of “Audited 2025” become last year’s" in page and "Steps stay, answers are cleared" in page

    binder = rolled(firm, browser)
    papers = in_order(binder)
    assert [p.reference for p in papers] == [p.reference for p in in_order(firm.binder)]
    assert [p.carried_from_id for p in papers] == [p.pk for p in in_order(firm.binder)]
    new = {p.reference: p for p in papers}
    assert [c["title"] for c in new["C-1"].body["grid"]["columns"]] == ["Item", "Audited 2026", "2025"]
    grid = grid_of(new["C-1"])
    assert [[grid.amount((row, column)) for column in ("c2", "c3")] for row in ("r1", "r2")] == [[None, 700], [0, 700]]
    assert new["C-1"].body["purpose"] == "Why" and "conclusion" not in new["C-1"].body
    assert new["C-1.1"].parent == new["C-1"] and "ticks" not in str(new["C-1"].body)
    assert new["A-1"].body == {"work": f"See [[paper:{new['C-1'].pk}]]."}
    assert new["Z-1"].body["items"] == [{"id": "i1", "text": "Step", "answer": "", "note": ""}]
    tie = CrossReference.objects.get(workpaper=new["C-1"])
    assert (tie.target, tie.cell, tie.target_cell) == (new["C-1.1"], "r2.c2", "r3.c2")
    assert not SignOff.objects.filter(workpaper__binder=binder).exists()
    assert (
        "Carried forward from 31 Dec 2025"
        in browser.get(firm.url("workpaper_versions", workpaper_id=new["C-1"].pk)).content.decode()
    )


def test_leads_show_last_years_audited_figures(firm, browser):
    binder = rolled(firm, browser)
    prior = TrialBalanceLine.objects.filter(trial_balance__binder=binder, trial_balance__kind="prior")
    assert sorted(prior.values_list("code", "amount")) == [("1000", 45000), ("4000", -45000)]
    grid = grid_of(next(p for p in in_order(binder) if p.kind == "lead" and p.section == "B"))
    assert [grid.amount((grid.rows[0].id, name)) for name in ("ledger", "before")] == [0, 45000]
    assert not JournalEntry.objects.filter(binder=binder).exists()


def test_settings_come_along_and_the_report_does_not(firm, browser):
    Binder.objects.filter(pk=firm.binder.pk).update(
        report_released_on=date(2026, 3, 1),
        assembly_days=45,
        needs_partner=False,
        index_scheme=[{"letter": "B", "title": "Bank"}],
    )
    binder = rolled(firm, browser, project="", project_name="Audit 2026")
    assert (binder.assembly_days, binder.needs_partner, binder.report_released_on) == (45, False, None)
    assert binder.section_titles["B"] == "Bank" and binder.project.client == firm.bakery
    assert binder.first_day == date(2026, 1, 1) and not binder.is_locked


@pytest.mark.parametrize(("choice", "carried"), [("carry", 1), ("leave", 0)])
def test_open_notes_are_carried_or_left_with_a_record(firm, browser, choice, carried):
    made = schedule(firm)
    note = ReviewNote.objects.create(workpaper=made, text="Why?", anchor="r1", raised_by=firm.admin)
    ReviewNote.objects.create(workpaper=made, parent=note, text="Because", raised_by=firm.member)
    ReviewNote.objects.create(
        workpaper=made, text="Old", raised_by=firm.admin, cleared_by=firm.admin, cleared_at="2026-01-01T00:00Z"
    )
    binder = rolled(firm, browser, notes=choice)
    notes = ReviewNote.objects.filter(workpaper__binder=binder).order_by("created_at", "id")
    assert [(n.text, n.anchor, n.raised_by) for n in notes.open()] == [("Why?", "r1", firm.admin)][:carried]
    assert notes.count() == 2 * carried and ReviewNote.objects.filter(workpaper=made).count() == 3
    record = AuditLog.objects.get(action="roll_forward")
    assert record.new_values["notes_carried" if carried else "notes_left"] == 1


def test_a_second_press_makes_no_second_binder(firm, browser):
    key = "01990000-0000-7000-8000-000000000002"
    first, second = roll(firm, browser, key=key), roll(firm, browser, key=key)
    assert first["Location"] == second["Location"] and Binder.objects.filter(rolled_from=firm.binder).count() == 1
    other_window = roll(firm, browser, period_end="2027-12-31")
    assert other_window["Location"] == first["Location"]
    assert browser.get(url(firm))["Location"] == first["Location"]
    assert "Next period" in browser.get(url(firm, "binder_detail")).content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"period_end": "2025-12-31"}, "Choose a later day"),
        ({"period_end": ""}, "This field is required"),
        ({"period_start": "2027-02-01"}, "ends before it starts"),
        ({"project": "", "project_name": ""}, "Choose a project above, or name a new one"),
    ],
    ids=["same-period", "no-end", "backwards", "no-project"],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(firm, browser, fields, said):
    answer = roll(firm, browser, **fields)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Binder.objects.filter(rolled_from=firm.binder).exists()


def test_a_binder_of_that_period_is_not_written_over(firm, browser):
    there = Binder.objects.create(project=firm.project, period_end=date(2026, 12, 31))
    answer = roll(firm, browser)
    assert answer.status_code == 422 and "This project has a binder for this period" in answer.content.decode()
    assert not Workpaper.objects.filter(binder=there).exists()


def test_a_locked_file_is_rolled_forward_and_stays_as_it_is(firm, browser, sign_in):
    made = schedule(firm)
    for each in in_order(firm.binder):
        for role, who in (("preparer", firm.member), ("reviewer", firm.admin), ("partner", firm.owner)):
            signing.sign(each, role, by=who, seen=each.content_hash)
    Binder.objects.filter(pk=firm.binder.pk).update(report_released_on=date(2026, 3, 1))
    sign_in(firm.owner).post(url(firm, "binder_lock"))
    binder = rolled(firm, browser)
    assert not any(p.locked for p in in_order(binder)) and len(in_order(binder)) == len(in_order(firm.binder))
    assert Workpaper.objects.get(pk=made.pk).body == made.body and Binder.objects.get(pk=firm.binder.pk).is_locked


def test_a_viewer_rolls_nothing(firm, sign_in):
    assert sign_in(firm.viewer).get(url(firm)).status_code == 403


def test_prior_year_is_taken_from_last_years_binder(firm, browser):
    binder = Binder.objects.create(project=firm.project, period_end=date(2026, 12, 31))
    page = browser.get(firm.url("trial_balance", binder_id=binder.pk)).content.decode()
    assert "There is a binder of the year before" in page
    assert browser.post(firm.url("trial_balance_prior", binder_id=binder.pk)).status_code == 302
    prior = TrialBalanceLine.objects.filter(trial_balance__binder=binder, trial_balance__kind="prior")
    assert sorted(prior.values_list("code", "amount")) == [("1000", 45000), ("4000", -45000)]
    later = Binder.objects.create(project=firm.project, period_end=date(2029, 12, 31))
    browser.post(firm.url("trial_balance_prior", binder_id=later.pk))
    assert not TrialBalanceLine.objects.filter(trial_balance__binder=later).exists()


@pytest.mark.parametrize(
    ("titles", "pair"),
    [
        (("This year", "Last year"), ("This year", "Last year")),
        (("Ledger", "Adjustments", "Audited 2025", "2024"), ("Audited 2025", "2024")),
        (("Ledger", "Adjustments", "Audited", "Prior year"), ("Audited", "Prior year")),
        (("2024", "2025"), ("2025", "2024")),
        (("Balance", "PY"), ("Balance", "PY")),
        (("Balance", "Age 2024 to 2025"), None),
        (("Balance",), None),
    ],
)
def test_the_columns_of_two_years_are_told_apart_by_their_headings(titles, pair):
    grid = Grid(tuple(Column(title, title, "figure") for title in titles))
    shift = shift_of(grid, date(2025, 12, 31))
    assert (shift and (shift.current.title, shift.prior.title)) == pair


def test_only_the_periods_own_years_move_in_headings():
    years = Years(date(2025, 12, 31), date(2026, 12, 31))
    moved = [years.moved(title) for title in ("Audited 2025", "2024", "Lease of 2019", "Ref 20251")]
    assert moved == ["Audited 2026", "2025", "Lease of 2019", "Ref 20251"]
