import pytest

from workspaces import leads
from workspaces.bodies import grid_of
from workspaces.lead_building import bring_up_to_date
from workspaces.ledger_accounts import Account
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
    type(firm.binder_account).objects.create(binder=firm.binder, code="0900", section="B")
    bring_up_to_date(firm.binder, by=firm.member)
    rows = Workpaper.objects.get(pk=lead.pk).body["grid"]["rows"]
    assert [row.get("account") for row in rows] == ["0900", "1000", None]
    assert rows[1]["cells"]["ledger"]["ticks"] == [str(mark.pk)]
    assert figures(lead)[2] == [120005, 0, 120005, 0]


def test_a_line_of_a_lead_is_its_accounts_own(firm):
    lead = paper(firm, "B-1", {}, "lead")

    def lines(*codes) -> dict[str, str]:
        there = [Account(code, code, 1, 0, 0) for code in codes]
        grid = leads.lead_grid(lead, there)
        lead.body = {"grid": grid}
        return {row.get("account", ""): row["id"] for row in grid["rows"]}

    first = lines("1000", "1100")
    assert lines("1000", "1200")["1200"] != first["1100"], "a tie to what is gone names no other account"
    assert lines("1000", "1100", "1200") == first | lines("1200")


def test_a_long_lead_is_read_and_marked_by_pages_with_its_whole_total(firm, sign_in):
    lines, mark = type(firm.trial_balance_line), footed()
    lines.objects.bulk_create(
        lines(trial_balance=firm.trial_balance, position=n, code=f"2{n:03}", name=f"Depot {n}", amount=100)
        for n in range(200)
    )
    type(firm.binder_account).objects.bulk_create(
        type(firm.binder_account)(binder=firm.binder, code=f"2{n:03}", section="B") for n in range(200)
    )
    lead = paper(firm, "B-1", {}, "lead")
    bring_up_to_date(firm.binder, by=firm.member)
    browser, at = sign_in(firm.member), firm.url("workpaper_detail", workpaper_id=lead.pk)
    rows = Workpaper.objects.get(pk=lead.pk).body["grid"]["rows"]
    first = browser.get(at).content.decode()
    assert "Depot 98<" in first and "Depot 99<" not in first and ">1,400<" in first
    second = browser.get(at, {"row": rows[150]["id"]}).content.decode()
    assert "Depot 98<" not in second and "Depot 99<" in second and ">1,400<" in second
    found = browser.get(at, {"find": "depot 19"}).content.decode()
    assert "11 of 201 rows" in found and "Depot 199<" in found and "Depot 20<" not in found and ">1,400<" in found

    edit = firm.url("workpaper_edit", workpaper_id=lead.pk)
    for revision, row in ((2, rows[0]["id"]), (3, rows[150]["id"])):
        assert f'name="ticks-{row}-ledger"' in browser.get(edit, {"row": row}).content.decode()
        sent = {"title": "Cash", "revision": revision, "row": row, f"ticks-{row}-ledger": mark.code}
        assert browser.post(edit, sent).status_code == 302
    rows = Workpaper.objects.get(pk=lead.pk).body["grid"]["rows"]
    assert [at for at, row in enumerate(rows) if row["cells"].get("ledger", {}).get("ticks")] == [0, 150]


def test_a_section_has_one_lead_and_a_lead_stays_in_its_section(firm, sign_in):
    lead = paper(firm, "B-1", {}, "lead")
    browser = sign_in(firm.member)
    sent = {"reference": "B-7", "title": "Again", "kind": "lead"}
    answer = browser.post(firm.url("workpaper_create", binder_id=firm.binder.pk), sent)
    assert answer.status_code == 422 and "B-1 is the lead of this section already" in answer.content.decode()
    moved = browser.post(firm.url("workpaper_reference", workpaper_id=lead.pk), {"reference": "C-1"})
    assert moved.status_code == 422 and "A lead stays in its section" in moved.content.decode()
    assert browser.post(firm.url("workpaper_reference", workpaper_id=lead.pk), {"reference": "B-4"}).status_code == 302
