"""Ledgers as people export them, and what is read from them."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from clients.table_reading import read_any_table
from workspaces.amounts import NotAnAmount
from workspaces.forms.trial_balance import LedgerColumnsForm
from workspaces.ledger_rows import account_of, figure, is_heading, read_ledger
from workspaces.trial_balance_import import MOST

DATA = Path(__file__).parent / "data"


def read(raw):
    table = read_any_table(io.BytesIO(raw), is_heading=is_heading)
    columns = LedgerColumnsForm(headers=table.headers)
    assert columns.is_valid(), columns.errors
    return read_ledger(table, columns.mapping, 2)


def test_a_plain_ledger_is_read_by_names_alone():
    ledger = read((DATA / "trial-balance-simple.csv").read_bytes())
    assert (len(ledger.lines), ledger.failing, ledger.debits, ledger.credits) == (20, [], 14030000, 14030000)
    assert ledger.lines[5].code == "Accumulated Depreciation - Equipment" and ledger.lines[5].amount == -900000


def test_the_file_of_twenty_thousand_accounts_may_have_a_row_that_adds_them_up():
    accounts = "".join(f"{number},Account,0\n" for number in range(20_000))
    raw = io.BytesIO(f"Code,Name,Balance\n{accounts},Total,0\n".encode())
    assert len(read_any_table(raw, most=MOST, is_heading=is_heading).rows) == 20_001


def test_a_hard_ledger_is_read_to_the_cent():
    ledger = read((DATA / "trial-balance-hard.csv").read_bytes())
    assert not ledger.failing and ledger.difference == 0
    assert [(line.code, line.name, line.amount) for line in ledger.lines] == [
        ("1000", "Cash at bank", 150050), ("1100", "Trade debtors", 1234560), ("1110", "Credit notes pending", -3621510),
        ("2000", "Trade creditors", -100000), ("3000", "Share capital", -10000), ("4000", "Sales, home", -100025),
        ("5000", "Purchases", 2446925),
    ]  # fmt: skip


def test_a_workbook_is_read_like_a_text():
    book = Workbook()
    for row in (
        ["Trial balance", None, None],
        ["Nominal code", "Nominal name", "Dr", "Cr"],
        [1000, "Bank", 0.1 + 0.2, None],
        [2000, "Loan", None, 0.3],
    ):
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)
    assert [(line.code, line.amount) for line in read(raw.getvalue()).lines] == [("1000", 30), ("2000", -30)]


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("1,284.50", 128450), ("(36,215)", -3621500), ("£ 12.00", 1200), ("12.00-", -1200), ("12.00 CR", -1200),
        ("12 Dr", 1200), ("1.234,56", 123456), ("(1.234,5)", -123450), ("1'234.50", 123450), ("-", None), ("", None),
        ("1.4551915228366852E-11", 0), ("GBP 5", 500), ("(£5.10)", -510), ("1,00,000.00", 10000000),
    ],
)  # fmt: skip
def test_a_figure_is_read_however_it_is_written(written, minor):
    assert figure(written, 2) == minor


@pytest.mark.parametrize(
    "written", ["abc", "1,2345", "12,5000", "1.234.567", "=A1", "(5", "1.239", "(1.234)", "1,2,3", "١٢"]
)
def test_a_figure_that_could_mean_two_things_is_refused(written):
    with pytest.raises(NotAnAmount):
        figure(written, 2)


@pytest.mark.parametrize(
    ("code", "name", "read_as"),
    [
        ("", "Cash (1000)", ("1000", "Cash")), ("", "1000 - Cash", ("1000", "Cash")), ("1000", "", ("1000", "")),
        ("1000", "Cash (1000)", ("1000", "Cash")), ("1000", "Cash (net)", ("1000", "Cash (net)")),
        ("", "Cash (net)", ("Cash (net)", "Cash (net)")), ("Cash", "", ("Cash", "Cash")), ("", "", ("", "")),
    ],
)  # fmt: skip
def test_code_and_name_are_found_wherever_they_stand(code, name, read_as):
    assert account_of(code, name) == read_as


HARDER = {
    "a title above the headings, a total below": (
        "Trial Balance\nHarbour Bikes Ltd\nAs at 31 December 2025\n\nAccount Code,Account,Debit,Credit\n"
        '1000,Bank,"1,500.00",\n2000,Loan,,"1,500.00"\n,Total,"1,500.00","1,500.00"\n',
        [("1000", "Bank", 150000), ("2000", "Loan", -150000)], ["Total"],
    ),
    "european, with a mark, semicolons and a title": (
        "\ufeffSaldenliste;;\n\nAccount;Name;Saldo\n1000;Kasse (1000);1.234,56\n2000;Darlehen;-1.000,00\n3000;Kapital;234,56-\n;Summe;0,00\n",
        [("1000", "Kasse", 123456), ("2000", "Darlehen", -100000), ("3000", "Kapital", -23456)], ["Summe"],
    ),
    "groups with subtotals, blank cells and a space for thousands": (
        "code\tname\tdr\tcr\n\tAssets\t\t\n1000\tBank\t1\u00a0500,50\t\n\tTotal assets\t1\u00a0500,50\t\n3000\tCapital\t\t1500.50\n3100\tReserves\t\t\n",
        [("1000", "Bank", 150050), ("3000", "Capital", -150050), ("3100", "Reserves", 0)], ["Total assets"],
    ),
    "a company that is called Total": (
        "Code,Name,Balance\n1100,Total Gas Ltd,12.50\n2000,Loan,-12.50\n",
        [("1100", "Total Gas Ltd", 1250), ("2000", "Loan", -1250)], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HARDER)
def test_ledgers_as_bookkeeping_programs_write_them(case):
    text, lines, totals = HARDER[case]
    ledger = read(text.encode())
    assert not ledger.failing and ledger.difference == 0 and ledger.totals == totals
    assert [(line.code, line.name, line.amount) for line in ledger.lines] == lines


def test_two_long_names_that_begin_alike_stay_two_accounts():
    names = [f"Property, plant and equipment of the northern {place}" for place in ("depot", "bakery")]
    codes = {account_of("", name)[0] for name in names}
    assert len(codes) == 2 and all(len(code) <= 40 for code in codes)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1000,Bank again,1,", "Line 2 has the account 1000, too."),
        ("1001,Till,one,", "“one” is no figure"),
        (",,5,", "no account"),
        ("1001,Till,1,2,3", "more cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_line(row, reason):
    failing = read(f"Code,Name,Debit,Credit\n1000,Bank,5,\n{row}\n".encode()).failing
    assert [line.number for line in failing] == [3] and reason in failing[0].problem
