"""Leads: the accounts of a section, from the trial balance through posted adjustments to the audited figure.

A lead keeps what it shows in its body, like every other paper, so that signatures bind to the figures and versions show
what has moved. `lead_building.bring_up_to_date` is called after whatever changes them: an import, a mapping, a posting.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from organizations.models import Membership
from workspaces import grids, saving
from workspaces.grids import FIGURE, TEXT, Cell, Column, Grid, Row
from workspaces.ledger_accounts import Account, mapped_accounts
from workspaces.models import Binder, Workpaper

COLUMNS = (
    Column("account", "Account", TEXT), Column("name", "Name", TEXT), Column("ledger", "Ledger", FIGURE),
    Column("adjusted", "Adjustments", FIGURE), Column("audited", "Audited", FIGURE), Column("before", "Prior year", FIGURE),
)  # fmt: skip
TOTAL = "total"


def accounts(binder: Binder, section: str) -> list[Account]:
    """The accounts mapped to a section of the index, in the order of their codes."""
    return [one.account for one in mapped_accounts(binder, [section])]


def refresh(leads: Iterable[Workpaper], accounts_of: Mapping[str, list[Account]], *, by: Membership) -> None:
    """Bring held leads to what the ledger says now. Marks and texts stay."""
    for lead in leads:
        body = {**lead.body, "grid": lead_grid(lead, accounts_of.get(lead.section, []))}
        saving.save(lead, by=by, revision=lead.revision, body=body)


def lead_grid(lead: Workpaper, found: list[Account]) -> dict[str, Any]:
    """Rows keep their ids by account, so marks, notes and ties stay with it."""
    before = {row.account: row for row in grids.read(lead.body).rows if row.account or row.kind == "total"}
    rows = []
    for account in found:
        old = before.get(account.code)
        rows.append(_row(old.id if old else line_id(account.code), account, old))
    total = before.get("")
    return grids.written(Grid(COLUMNS, (*rows, _total(total.id if total else TOTAL, [r.id for r in rows], total))))


def line_id(code: str) -> str:
    """An account's own: gone and come back, it has its notes and ties again, and no other account ever gets them."""
    return f"r{sha256(code.encode()).hexdigest()[:12]}"


def _row(row_id: str, account: Account, old: Row | None) -> Row:
    cells = {
        "account": Cell(account.code), "name": Cell(account.name), "ledger": Cell(amount=account.ledger),
        "adjusted": Cell(amount=account.adjusted), "before": Cell(amount=account.before),
        "audited": Cell(formula=f"={{{row_id}.ledger}}+{{{row_id}.adjusted}}"),
    }  # fmt: skip
    return Row(row_id, "", account.code, _with_ticks(cells, old))


def _total(row_id: str, rows: list[str], old: Row | None) -> Row:
    cells = {"name": Cell("Total")}
    for column in COLUMNS:
        if column.is_figure and rows:
            cells[column.id] = Cell(formula=f"=SUM({{{rows[0]}.{column.id}}}:{{{rows[-1]}.{column.id}}})")
    return Row(row_id, "total", "", _with_ticks(cells, old))


def _with_ticks(cells: dict[str, Cell], old: Row | None) -> dict[str, Cell]:
    kept = {name: cell.ticks for name, cell in old.cells.items()} if old else {}
    return {name: Cell(cell.text, cell.amount, cell.formula, kept.get(name, ())) for name, cell in cells.items()}
