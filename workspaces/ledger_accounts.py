"""Every account of a binder's ledger with the section it is mapped to, and what the sections come to."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial

from django.db.models import Exists, OuterRef, QuerySet, Sum

from workspaces.amounts import digits_of, written
from workspaces.models import Binder, BinderAccount, JournalEntry, JournalEntryLine, TrialBalanceLine

UNMAPPED = ""
#: What is shown of an account, and of a section.
FIGURES = ("ledger", "adjusted", "audited", "before")


@dataclass(frozen=True)
class Account:
    """One account with its figures, in minor units."""

    code: str
    name: str
    ledger: int
    adjusted: int
    before: int

    @property
    def audited(self) -> int:
        return self.ledger + self.adjusted


@dataclass(frozen=True)
class Mapped:
    account: Account
    section: str


@dataclass
class SectionTotal:
    """What the accounts of one section come to, in minor units."""

    section: str
    title: str = ""
    accounts: int = 0
    ledger: int = 0
    adjusted: int = 0
    before: int = 0

    @property
    def audited(self) -> int:
        return self.ledger + self.adjusted

    def add(self, account: Account) -> None:
        self.accounts += 1
        self.ledger += account.ledger
        self.adjusted += account.adjusted
        self.before += account.before


@dataclass
class _Sums:
    name: str = ""
    amounts: dict[str, int] = field(default_factory=dict)


def mapped_accounts(binder: Binder, sections: Collection[str] | None = None) -> list[Mapped]:
    """In the order of their codes: those of the ledger, of last year's, and of posted adjustments.

    Of some sections only, if they are named: then the database joins, and reads no other account's lines.
    """
    found: dict[str, _Sums] = {}
    lines = of_sections(TrialBalanceLine.objects.filter(trial_balance__binder=binder), binder, sections)
    for kind, code, name, amount in lines.order_by("-trial_balance__kind").values_list(
        "trial_balance__kind", "code", "name", "amount"
    ):
        sums = found.setdefault(code, _Sums())
        sums.name, sums.amounts[kind] = name or sums.name, amount
    for code, name, total in (
        of_sections(posted_lines(binder), binder, sections)
        .order_by().values_list("code", "name").annotate(Sum("amount"))
    ):  # fmt: skip
        sums = found.setdefault(code, _Sums(name))
        sums.amounts["adjusted"] = sums.amounts.get("adjusted", 0) + int(total)
    section_of = sections_of(binder)
    return [
        Mapped(
            Account(
                code, sums.name, sums.amounts.get("current", 0), sums.amounts.get("adjusted", 0),
                sums.amounts.get("prior", 0),
            ),
            section_of.get(code, UNMAPPED),
        )
        for code, sums in sorted(found.items())
    ]  # fmt: skip


def posted_lines(binder: Binder) -> QuerySet[JournalEntryLine]:
    return JournalEntryLine.objects.filter(entry__binder=binder, entry__status=JournalEntry.Status.POSTED)


def of_sections[Line: (TrialBalanceLine, JournalEntryLine)](
    lines: QuerySet[Line], binder: Binder, sections: Collection[str] | None
) -> QuerySet[Line]:
    """The lines whose accounts this binder has in one of the sections; all of them where none is named."""
    return lines if sections is None else lines.filter(_mapping(binder, sections))


def _mapping(binder: Binder, sections: Collection[str]) -> Exists:
    placed = BinderAccount.objects.filter(binder=binder, code=OuterRef("code"))
    return Exists(placed.filter(section__in=sections))


def without_lead(binder: Binder) -> list[str]:
    """Codes of the accounts that belong to no section of the binder's index. Two queries."""
    mapped = _mapping(binder, binder.section_titles)
    lines = TrialBalanceLine.objects.filter(~mapped, trial_balance__binder=binder)
    codes = {
        *lines.values_list("code", flat=True),
        *posted_lines(binder).filter(~mapped).values_list("code", flat=True),
    }
    return sorted(codes)


def sections_of(binder: Binder) -> dict[str, str]:
    """Code → section, of the accounts that this binder has placed."""
    placed = BinderAccount.objects.filter(binder=binder).exclude(section="")
    return dict(placed.values_list("code", "section"))


def section_totals(binder: Binder, accounts: list[Mapped]) -> list[SectionTotal]:
    """Accounts without a section first, then the sections in the order of the index; sections without accounts are left out."""
    titles = {UNMAPPED: "Not mapped yet", **binder.section_titles}
    found = {letter: SectionTotal(letter, title) for letter, title in titles.items()}
    for one in accounts:
        found.setdefault(one.section, SectionTotal(one.section)).add(one.account)
    return [total for total in found.values() if total.accounts]


def grand_total(accounts: list[Mapped]) -> SectionTotal:
    total = SectionTotal(UNMAPPED, "Trial balance")
    for one in accounts:
        total.add(one.account)
    return total


def writer(binder: Binder, accounts: list[Mapped]) -> Callable[[int], str]:
    """Figures are written without a fraction where none of the ledger has one."""
    digits = digits_of(binder.currency)
    figures = (getattr(one.account, name) for one in accounts for name in FIGURES)
    return partial(written, digits=digits, whole=all(figure % 10**digits == 0 for figure in figures))
