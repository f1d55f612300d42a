"""Accounts go to leads: remembered for the client, else proposed."""

from datetime import date

import pytest

from workspaces import account_mapping, lead_building, trial_balance_import
from workspaces.account_mapping import Proposals
from workspaces.backfills import BinderAccounts
from workspaces.ledger_accounts import grand_total, mapped_accounts, section_totals, sections_of, without_lead
from workspaces.ledger_rows import Ledger, Line
from workspaces.models import AccountMapping, Binder, BinderAccount, TrialBalance, TrialBalanceLine, Workpaper
from workspaces.tests.papers import empty_binder
from workspaces.trial_balance_import import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        empty_binder(cast.ours)
        for at, (code, name, amount) in enumerate([("1010", "Deposit", 500), ("4000", "Sales", -120500)], start=2):
            TrialBalanceLine.objects.create(
                trial_balance=cast.ours.trial_balance, position=at, code=code, name=name, amount=amount
            )
        yield cast.ours


@pytest.fixture
def browser(firm, sign_in):
    return sign_in(firm.member)


def url(firm, name):
    return firm.url(name, binder_id=firm.binder.pk)


def test_accounts_without_a_lead_come_first(firm, browser):
    page = browser.get(url(firm, "trial_balance")).content.decode()
    assert page.index("Not mapped yet") < page.index("B Cash and bank") and "Accounts without a lead" in page
    assert "Sales" in page and ">1010<" in page and ">1000<" not in page


def test_a_mapping_makes_the_lead_and_fills_it(firm, browser):
    answer = browser.post(url(firm, "account_mapping_saving"), {"code": ["1010", "4000"], "section": ["B", "R"]})
    assert answer.status_code == 302
    leads = {paper.section: paper for paper in Workpaper.objects.filter(binder=firm.binder, kind="lead")}
    assert set(leads) == {"B", "R"} and leads["R"].title == "Revenue" and leads["R"].reference == "R"
    rows = leads["B"].body["grid"]["rows"]
    assert [row["cells"]["ledger"].get("amount") for row in rows[:2]] == [120000, 500]


def test_every_proposal_is_accepted_at_once(firm, browser):
    assert browser.post(url(firm, "account_mapping_proposals")).status_code == 302
    assert AccountMapping.objects.get(code="4000").section == "R"


def ledger_of(binder, *lines, by):
    rows = [Line(at, code, name, amount) for at, (code, name, amount) in enumerate(lines, start=2)]
    trial_balance_import.run(
        binder, Ledger(rows, 2), Source("tb.csv", "", TrialBalance.Kind.CURRENT, binder.period_end), by=by
    )


def test_next_year_begins_with_the_mapping_and_changes_no_figure_of_the_file_before(firm, browser):
    browser.post(url(firm, "account_mapping_saving"), {"code": ["1010", "4000"], "section": ["B", "R"]})
    before = {paper.pk: paper.content_hash for paper in Workpaper.objects.filter(binder=firm.binder, kind="lead")}
    following = Binder.objects.create(project=firm.project, period_end=date(2026, 12, 31))
    ledger_of(following, ("1000", "Bank", 700), ("1010", "Deposit", 50), ("4000", "Sales", -750), by=firm.member)
    assert sections_of(following) == {"1000": "B", "1010": "B", "4000": "R"}
    account_mapping.save(following, {"1010": "C", "4000": ""}, by=firm.member)
    assert sections_of(following) == {"1000": "B", "1010": "C"} and without_lead(following) == ["4000"]
    ledger_of(following, ("1000", "Bank", 800), ("1010", "Deposit", 50), ("4000", "Sales", -850), by=firm.member)
    assert "4000" not in sections_of(following)  # what was placed nowhere is not placed again
    # The file of the year before stays as it was, taken anew or not, and what is decided in it is not for next year.
    assert sections_of(firm.binder) == {"1000": "B", "1010": "B", "4000": "R"}
    lead_building.bring_up_to_date(firm.binder, by=firm.member)
    assert before == dict(Workpaper.objects.filter(pk__in=before).values_list("pk", "content_hash"))
    account_mapping.save(firm.binder, {"1010": "D"}, by=firm.member)
    assert AccountMapping.objects.get(code="1010").section == "C" and sections_of(following)["1010"] == "C"


def test_files_from_before_get_the_mapping_their_client_had(firm):
    BinderAccount.objects.all().delete()
    backfill = BinderAccounts()
    backfill.fill(backfill.rows())
    assert sections_of(firm.binder) == {"1000": "B"}


def test_an_account_is_taken_off_its_lead(firm, browser):
    browser.post(url(firm, "account_mapping_saving"), {"code": "1010", "section": "B"})
    browser.post(url(firm, "account_mapping_saving"), {"code": "1010", "section": ""})
    assert not AccountMapping.objects.filter(code="1010").exists()
    assert [row.get("account") for row in Workpaper.objects.get(section="B", deleted_at=None).body["grid"]["rows"]] == [
        "1000",
        None,
    ]


def test_what_is_no_section_and_no_account_is_not_mapped(firm, browser):
    answer = browser.post(url(firm, "account_mapping_saving"), {"code": "1010", "section": "Q\0Q"})
    assert answer.status_code == 422 and "no such section" in answer.content.decode()
    assert browser.post(url(firm, "account_mapping_saving"), {"code": "9999", "section": "B"}).status_code == 302
    assert not AccountMapping.objects.filter(code__in=["1010", "9999"]).exists()


def test_sections_add_up_to_the_ledger(firm):
    accounts = mapped_accounts(firm.binder)
    assert sum(total.ledger for total in section_totals(firm.binder, accounts)) == grand_total(accounts).ledger == 0


@pytest.mark.parametrize(
    ("code", "name", "section"),
    [
        ("1105", "Anything", "C"), ("", "Petty cash", "B"), ("", "Common Stock", "H"), ("", "Stock", "D"),
        ("", "Notes Payable", "G"), ("", "Accounts Payable", "F"), ("", "Unearned Revenue", "F"), ("", "Sales Revenue", "R"),
        ("", "Accumulated Depreciation - Equipment", "E"), ("", "Depreciation Expense", "S"), ("", "Prepaid Insurance", "C"),
        ("", "Cost of Goods Sold", "S"), ("", "Corporation tax", "T"), ("", "Bank loan", "G"), ("", "Zyx", ""),
    ],
)  # fmt: skip
def test_a_new_account_is_proposed_by_its_neighbours_or_its_name(firm, code, name, section):
    assert Proposals(firm.binder, {"1100": "C"}).of(code, name) == section
