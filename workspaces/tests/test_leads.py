import pytest

from workspaces.bodies import grid_of
from workspaces.lead_building import bring_up_to_date
from workspaces.models import JournalEntry, Workpaper
from workspaces.tests.papers import empty_binder, footed, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        empty_binder(cast.ours)
        yield cast.ours


def figures(lead):
    grid = grid_of(Workpaper.objects.select_related("binder").get(pk=lead.pk))
    return [[grid.amount((row.id, name)) for name in ("ledger", "adjusted", "audited", "before")] for row in grid.rows]


def test_a_lead_shows_the_ledger_the_posted_adjustments_and_their_sum(firm):
    lead = paper(firm, "B-1", {}, "lead")
    bring_up_to_date(firm.binder, by=firm.member)
    assert figures(lead) == [[120000, 0, 120000, 0]] * 2
    JournalEntry.objects.filter(pk=firm.journal_entry.pk).update(status="posted")
    bring_up_to_date(firm.binder, by=firm.member)
    assert figures(lead) == [[120000, -5000, 115000, 0]] * 2


def test_marks_stay_with_their_account(firm):
    lead, mark = paper(firm, "B-1", {}, "lead"), footed()
    bring_up_to_date(firm.binder, by=firm.member)
    stored = Workpaper.objects.get(pk=lead.pk)
    body = stored.body
    body["grid"]["rows"][0]["cells"]["ledger"]["ticks"] = [str(mark.pk)]
    Workpaper.objects.filter(pk=lead.pk).update(body=body)
    type(firm.trial_balance_line).objects.create(
        trial_balance=firm.trial_balance, position=0, code="0900", name="Till", amount=5
    )
    type(firm.mapping).objects.create(client=firm.bakery, code="0900", section="B")
    bring_up_to_date(firm.binder, by=firm.member)
    rows = Workpaper.objects.get(pk=lead.pk).body["grid"]["rows"]
    assert [row.get("account") for row in rows] == ["0900", "1000", None]
    assert rows[1]["cells"]["ledger"]["ticks"] == [str(mark.pk)]
    assert figures(lead)[2] == [120005, 0, 120005, 0]
