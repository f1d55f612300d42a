"""Accounts go to leads: remembered for the client, else proposed."""

import pytest

from workspaces.account_mapping import Proposals
from workspaces.ledger_accounts import grand_total, mapped_accounts, section_totals
from workspaces.models import AccountMapping, Binder, TrialBalanceLine, Workpaper
from workspaces.tests.papers import empty_binder

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


def test_next_year_finds_the_mapping_again(firm, browser):
    next_year = Binder.objects.create(project=firm.project, period_end="2026-12-31")
    balance = type(firm.trial_balance).objects.create(binder=next_year, as_of="2026-12-31")
    TrialBalanceLine.objects.create(trial_balance=balance, position=1, code="1000", name="Renamed", amount=5)
    assert [one.section for one in mapped_accounts(next_year)] == ["B"]


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
