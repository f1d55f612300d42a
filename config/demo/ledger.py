"""The ledger of the demonstration's binder: two years, mapped by what is proposed, with one adjustment posted and one not."""

from datetime import date

from organizations.models import Membership
from workspaces import account_mapping, journal, trial_balance_import
from workspaces.ledger_accounts import mapped_accounts
from workspaces.ledger_rows import Ledger, Line
from workspaces.models import Binder, JournalEntry, JournalEntryLine, TrialBalance

#: Code, name, this year and last year, in whole pounds. The result of a year is what is missing to nothing.
ACCOUNTS = [
    ("1000", "Bank, current account", 412_880, 365_120),
    ("1010", "Petty cash", 1_240, 1_180),
    ("1100", "Trade receivables, gross", 1_284_310, 1_102_884),
    ("1120", "Allowance for expected credit losses", -48_117, -39_405),
    ("1200", "Inventory, flour and packaging", 318_402, 296_750),
    ("1500", "Ovens and equipment", 2_140_000, 1_985_000),
    ("1510", "Accumulated depreciation, equipment", -864_300, -701_200),
    ("2000", "Trade payables", -702_416, -655_930),
    ("2100", "Accruals", -118_940, -96_015),
    ("2300", "Bank loan", -900_000, -1_050_000),
    ("3000", "Share capital", -100_000, -100_000),
    ("4000", "Sales", -8_412_600, -7_930_450),
    ("5000", "Cost of goods sold", 4_918_355, 4_702_110),
    ("6000", "Salaries and wages", 1_873_220, 1_790_400),
    ("6900", "Suspense", 3_400, 0),
]
RETAINED = ("3100", "Retained earnings")
ADJUSTMENTS = [
    ("Retail corrections of January that belong to December", [("4000", 12_400), ("1100", -12_400)], True),
    ("Allowance at three-year experience", [("6000", 9_300), ("1120", -9_300)], False),
]


def add_ledger(binder: Binder, *, by: Membership) -> None:
    for kind, at, day in (
        (TrialBalance.Kind.PRIOR, 3, date(2024, 12, 31)),
        (TrialBalance.Kind.CURRENT, 2, date(2025, 12, 31)),
    ):
        source = trial_balance_import.Source(f"Northwind trial balance {day:%Y}.csv", "", kind, day)
        trial_balance_import.run(binder, _ledger(at), source, by=by)
    account_mapping.save(binder, account_mapping.proposed(binder, mapped_accounts(binder)), by=by)
    for number, (description, lines, is_posted) in enumerate(ADJUSTMENTS, start=1):
        entry = JournalEntry.objects.create(
            binder=binder, number=number, description=description, entry_date=binder.period_end, created_by=by
        )
        names = {code: name for code, name, *_ in ACCOUNTS}
        for position, (code, amount) in enumerate(lines, start=1):
            JournalEntryLine.objects.create(
                entry=entry, position=position, code=code, name=names[code], amount=amount * 100
            )
        if is_posted:
            journal.post(entry, by=by)


def _ledger(at: int) -> Ledger:
    amounts: list[tuple[str, str, int]] = [(row[0], row[1], int(row[at])) for row in ACCOUNTS]
    amounts.append((*RETAINED, -sum(amount for *_, amount in amounts)))
    return Ledger([Line(n, code, name, amount * 100) for n, (code, name, amount) in enumerate(amounts, start=2)], 2)
