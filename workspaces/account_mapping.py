"""Which account belongs to which section: as in the client's last file, else proposed from its neighbours and its name."""

import re
from collections import defaultdict
from collections.abc import Mapping

from django.db import transaction

from organizations.models import Membership
from workspaces import lead_building, remembered_mapping
from workspaces.ledger_accounts import Mapped, sections_of
from workspaces.models import Binder
from workspaces.trial_balance_import import open_binder

#: What an account is called, and what the section is called that such accounts belong to. The first that fits decides.
RULES = [
    (re.compile(name, re.IGNORECASE), re.compile(title, re.IGNORECASE))
    for name, title in [
        (r"\bprepa(id|y)", r"receivable|debtor|prepa"),
        (r"\b(unearned|deferred (revenue|income)|accru)", r"payable|creditor|accru"),
        (r"\b(tax|vat|gst)\b", r"\btax"),
        (r"\baccumulated (depreciation|amorti)", r"fixed asset|property|equipment"),
        (r"\b(expenses?|charges|costs?|salar|wages|payroll|rent|utilit|insurance|fees|travel)", r"cost|expense|payroll"),
        (r"\b(loans?|borrow|mortgage|overdraft|notes? payable|bonds?|lease liab)", r"borrow|loan|debt"),
        (r"\b(common stock|share|retained|dividend|reserve|capital|equity|drawing)", r"equity|capital"),
        (r"\b(cash|bank|till|current account)", r"cash|bank"),
        (r"\b(receivable|debtor|allowance|expected credit)", r"receivable|debtor"),
        (r"\b(inventor|stock|work in progress|goods|raw material)", r"inventor|stock"),
        (r"\b(equipment|building|land|plant|vehicle|furniture|fixtures|machinery|property|intangible)", r"fixed asset|property"),
        (r"\b(payable|creditor|provision)", r"payable|creditor"),
        (r"\b(sales|revenue|turnover|income)", r"revenue|sales|income"),
        (r"\b(depreciation|amorti|interest)", r"cost|expense"),
    ]
]  # fmt: skip


class UnknownSection(ValueError):
    """The message is a sentence about a section that the binder's index does not have."""


class Proposals:
    """What an account that is not mapped yet probably is."""

    def __init__(self, binder: Binder, known: Mapping[str, str]) -> None:
        self.titles = binder.section_titles
        self.around: dict[str, set[str]] = defaultdict(set)
        for code, section in known.items():
            if section in self.titles:
                self.around[_range(code)].add(section)

    def of(self, code: str, name: str) -> str:
        """The one section all its neighbours by code belong to, else what its name says, else nothing."""
        near = self.around.get(_range(code), set()) if code[:1].isdecimal() else set()
        if len(near) == 1:
            return next(iter(near))
        for says, means in RULES:
            if says.search(name or code):
                return next((letter for letter, title in self.titles.items() if means.search(title)), "")
        return ""


def _range(code: str) -> str:
    """1105 and 1100 are neighbours."""
    return code[:-1]


def proposed(binder: Binder, accounts: list[Mapped]) -> dict[str, str]:
    """Code → section, for every account without one that a proposal can be made for."""
    before, proposals = remembered_mapping.remembered(binder), Proposals(binder, sections_of(binder))
    found = {
        one.account.code: before.get(one.account.code) or proposals.of(one.account.code, one.account.name)
        for one in accounts
        if not one.section
    }
    return {code: section for code, section in found.items() if section}


@transaction.atomic
def save(binder: Binder, chosen: Mapping[str, str], *, by: Membership) -> int:
    """Place accounts (nothing stands for none), remember it for next year, bring the leads up; how many have changed.

    Raises UnknownSection, and Closed for a file whose ledger may not change.
    """
    stored = open_binder(binder)
    before = sections_of(stored)
    changed = {code: section for code, section in chosen.items() if before.get(code, "") != section}
    for section in changed.values():
        if section and section not in stored.section_titles:
            raise UnknownSection("The index of this binder has no such section. Choose one of those listed.")
    if not changed:
        return 0
    remembered_mapping.place(stored, changed, by=by)
    remembered_mapping.remember(stored, changed, by=by)
    touched = {section for code in changed for section in (before.get(code, ""), changed[code]) if section}
    lead_building.bring_up_to_date(stored, by=by, sections=sorted(touched))
    return len(changed)
