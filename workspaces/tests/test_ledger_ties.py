"""Whatever the ledger: debits equal credits, and the leads add up to the trial balance, to the cent."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workspaces import account_mapping, journal, roll_forward, trial_balance_import
from workspaces.bodies import grid_of
from workspaces.ledger_accounts import grand_total, mapped_accounts, section_totals
from workspaces.ledger_rows import Ledger, Line
from workspaces.models import Binder, JournalEntry, JournalEntryLine, Workpaper
from workspaces.tests.papers import empty_binder

pytestmark = pytest.mark.django_db
MINOR = st.integers(-(10**13), 10**13)
CODES = st.integers(1000, 1040).map(str)
SECTIONS = st.sampled_from(["", "B", "C", "H"])


def ledgers():
    """Any amounts, and one account that takes up what is missing to nothing."""
    return st.dictionaries(CODES, MINOR, min_size=1, max_size=12).map(
        lambda amounts: amounts | {"1999": -sum(amounts.values())}
    )


def ledger_of(amounts):
    return Ledger(
        [Line(at, code, f"Account {code}", amount) for at, (code, amount) in enumerate(amounts.items(), 2)], 2
    )


class Rollback(Exception):
    """Every example starts from the same rows."""


@given(
    now=ledgers(), before=ledgers(), mapping=st.dictionaries(CODES, SECTIONS), posted=st.lists(ledgers(), max_size=2),
    proposed=ledgers(),
)  # fmt: skip
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_leads_add_up_to_the_ledger(cast, now, before, mapping, posted, proposed):
    with cast.ours.inside():
        try:
            with transaction.atomic():
                ties_hold(cast.ours, now, before, mapping, posted, proposed)
                raise Rollback
        except Rollback:
            pass


def ties_hold(firm, now, before, mapping, posted, proposed):
    binder = empty_binder(firm)
    for kind, amounts in (("current", now), ("prior", before)):
        source = trial_balance_import.Source("any.csv", "", kind, date(2025, 12, 31))
        trial_balance_import.run(binder, ledger_of(amounts), source, by=firm.member)
    account_mapping.save(binder, {code: mapping.get(code, "B") for code in now}, by=firm.member)
    entries = [entry_of(binder, number, amounts) for number, amounts in enumerate([*posted, proposed], 10)]
    for entry in entries[:-1]:
        journal.post(entry, by=firm.member)
    accounts = mapped_accounts(binder)
    totals, whole = {total.section: total for total in section_totals(binder, accounts)}, grand_total(accounts)
    for name in ("ledger", "adjusted", "audited", "before"):
        assert sum(getattr(total, name) for total in totals.values()) == getattr(whole, name) == 0
    for lead in Workpaper.objects.filter(binder=binder, kind="lead").select_related("binder"):
        grid, total = grid_of(lead), totals.get(lead.section)
        shown = [grid.amount((grid.rows[-1].id, name)) or 0 for name in ("ledger", "adjusted", "audited", "before")]
        assert shown == ([total.ledger, total.adjusted, total.audited, total.before] if total else [0] * 4)
    assert {section for section in totals if section} <= set(
        Workpaper.objects.filter(binder=binder, kind="lead").values_list("section", flat=True)
    )

    next_year_begins_where_this_one_ends(firm, binder, totals)


def next_year_begins_where_this_one_ends(firm, binder, totals):
    following = Binder(project=binder.project, period_end=date(2026, 12, 31))
    roll_forward.prepare(binder, following)
    following.save()
    roll_forward.run(binder, following, carry_notes=True, by=firm.member)
    carried = {total.section: total for total in section_totals(following, mapped_accounts(following))}
    for section, total in totals.items():
        assert (carried[section].before if section in carried else 0) == total.audited
    assert sum(total.before for total in carried.values()) == 0
    assert not any(total.ledger or total.adjusted for total in carried.values())
    for lead in Workpaper.objects.filter(binder=following, kind="lead").select_related("binder"):
        grid = grid_of(lead)
        assert (grid.amount((grid.rows[-1].id, "before")) or 0) == (
            carried[lead.section].before if lead.section in carried else 0
        )


def entry_of(binder, number, amounts):
    entry = JournalEntry.objects.create(binder=binder, number=number, description="Any")
    JournalEntryLine.objects.bulk_create(
        JournalEntryLine(entry=entry, position=at, code=code, name="Any", amount=amount)
        for at, (code, amount) in enumerate(amounts.items())
        if amount
    )
    if not entry.lines.exists():  # everything was nothing
        JournalEntryLine.objects.create(entry=entry, position=1, code="1000", amount=1)
        JournalEntryLine.objects.create(entry=entry, position=2, code="1999", amount=-1)
    return entry


@given(amounts=st.lists(MINOR.filter(bool), min_size=1, max_size=40))
def test_a_ledger_is_stored_only_if_it_adds_up_to_nothing(amounts):
    ledger = ledger_of({str(at): amount for at, amount in enumerate(amounts)})
    assert ledger.difference == sum(amounts)
    assert ledger.can_be_stored == (sum(amounts) == 0)
