"""The rows of a ledger somebody exported: which account each is about, and its balance in minor units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from zlib import crc32

from clients.csv_reading import Row, Table
from clients.importing import Columns, Mapping, picked, text_problem
from workspaces.amounts import NotAnAmount, parsed, written

#: What a column may become, and the headings that mean it.
COLUMNS: Columns = {
    "code": (
        "Account code",
        (
            "account code", "account number", "account no", "account id", "account #", "nominal code", "gl code",
            "gl account", "ledger code", "acct no", "acct #", "acct", "code", "nominal", "number", "no", "#", "account",
        ),
    ),
    "name": (
        "Account name",
        (
            "account name", "account description", "account title", "nominal name", "ledger account", "description",
            "name", "title", "details", "account",
        ),
    ),
    "debit": ("Debit", ("debit", "debits", "debit balance", "dr", "debit amount", "closing debit")),
    "credit": ("Credit", ("credit", "credits", "credit balance", "cr", "credit amount", "closing credit")),
    "balance": (
        "Balance, debit positive",
        (
            "closing balance", "ending balance", "balance", "net balance", "amount", "net", "ytd", "net amount", "value",
            "total", "closing", "saldo",
        ),
    ),
}  # fmt: skip
CODE, NAME = 40, 200
LIMITS = {"code": NAME, "name": NAME, "debit": CODE, "credit": CODE, "balance": CODE}
TOTALS = {"total", "totals", "grand total", "net total", "trial balance total"}
IN_BRACKETS = re.compile(r"^(?P<name>.*\S)\s*[(\[](?P<code>[A-Za-z]{0,4}[0-9][\w.\-/]{0,19})[)\]]$")
IN_FRONT = re.compile(r"^(?P<code>[0-9][0-9.\-/]{2,19}|[A-Z]{1,3}-?[0-9]{2,})\s*[-–—:·]?\s+(?P<name>.*\S)$")
SIDE = re.compile(r"^(?P<figure>.*?)\s*(?P<side>dr|cr|[-−])\.?$", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"^([-(]?[0-9.]*),([0-9]{1,2})(\)?)$")
GROUPED = re.compile(r"^[^,]*(,[0-9]{2,3})*,[0-9]{3}([^0-9,].*)?$")
NOISE = Decimal("0.000001")


@dataclass(frozen=True)
class Line:
    """One account as the file has it. A problem says why the row cannot be read."""

    number: int
    code: str = ""
    name: str = ""
    amount: int = 0
    problem: str = ""


def read_lines(table: Table, mapping: Mapping, digits: int) -> list[Line]:
    """Every row that is an account; headings of groups and the total at the end are none."""
    found = [_line(row, mapping, digits) for row in table.rows]
    return list(_without_twice(line for line in found if line is not None))


def _without_twice(lines: Iterable[Line]) -> Iterable[Line]:
    first: dict[str, int] = {}
    for line in lines:
        if not line.problem and (earlier := first.setdefault(line.code, line.number)) != line.number:
            yield Line(
                line.number, line.code, line.name, line.amount, f"Line {earlier} has the account {line.code}, too."
            )
        else:
            yield line


def _line(row: Row, mapping: Mapping, digits: int) -> Line | None:
    cell = picked(row, mapping, COLUMNS, prose=())
    said = (cell["name"] or cell["code"]).casefold().rstrip(":")
    if said in TOTALS:
        return None
    code, name = account_of(cell["code"], cell["name"])
    if problem := row.problem or text_problem(cell, COLUMNS, LIMITS, prose=()):
        return Line(row.line, code[:CODE], name[:CODE], problem=problem)
    try:
        amount = _amount(cell, digits)
    except NotAnAmount as error:
        return Line(row.line, code, name, problem=str(error))
    if not code:
        return Line(row.line, problem="The row has a figure, but no account.") if amount else None
    if amount is None and not (cell["code"] and "name" in mapping):
        return None  # a heading above a group of accounts
    return Line(row.line, code, name, amount or 0)


def account_of(code: str, name: str) -> tuple[str, str]:
    """Code and name, from wherever they stand: “Cash (1000)”, “1000 Cash”, or a name that is its own code."""
    found = (IN_BRACKETS.match(name or code) or IN_FRONT.match(name or code)) if not code or not name else None
    if found:
        return found["code"], found["name"]
    if code and name:
        inside = IN_BRACKETS.match(name)
        return _short(code), inside["name"] if inside and inside["code"] == code else name
    either = code or name
    return _short(either), "" if either.isdecimal() else either


def _short(text: str) -> str:
    """A name too long for a code keeps its beginning and gets a mark of its own, the same every year."""
    return text if len(text) <= CODE else f"{text[:31].rstrip()}~{crc32(text.encode()):08x}"


def _amount(cell: dict[str, str], digits: int) -> int | None:
    """Debit less credit, or the one signed column; None where the row has no figure at all."""
    if cell["balance"]:
        return figure(cell["balance"], digits)
    debit, credit = figure(cell["debit"], digits), figure(cell["credit"], digits)
    return None if debit is None and credit is None else (debit or 0) - (credit or 0)


def figure(text: str, digits: int) -> int | None:
    """As ledgers write it: “1,284.50”, “(36,215)”, “£12-”, “12.00 Cr”, “1.234,56”, “1'234.50”."""
    bare, sign = re.sub(r"[\s'’¥₹$£€]|\b[A-Z]{3}\b", "", text), 1
    if (side := SIDE.match(bare)) and side["figure"]:
        bare, sign = side["figure"], 1 if side["side"].lower() == "dr" else -1
    if comma := DECIMAL_COMMA.match(bare):
        bare = f"{comma[1].replace('.', '')}.{comma[2]}{comma[3]}"
    elif "," in bare and not GROUPED.match(bare):
        raise NotAnAmount(f"“{text[:40]}” is no figure. Write it like 1,284.50 or (36,215).")
    minor = parsed(_without_noise(bare, digits), digits)
    return None if minor is None else sign * minor


def _without_noise(text: str, digits: int) -> str:
    """Spreadsheets count in binary: 0.30000000000000004 is 0.30, and 1.4E-11 nothing."""
    if not re.fullmatch(r"-?[0-9]{1,16}(\.[0-9]{5,})?([eE][-+]?[0-9]{1,2})?", text):
        return text
    exact = Decimal(text)
    rounded = round(exact, digits)
    return f"{rounded:f}" if abs(exact - rounded) < NOISE else text


@dataclass(frozen=True)
class Ledger:
    """What a file would store, and what keeps it from being stored."""

    lines: list[Line]
    digits: int

    @property
    def readable(self) -> list[Line]:
        return [line for line in self.lines if not line.problem]

    @property
    def failing(self) -> list[Line]:
        return [line for line in self.lines if line.problem]

    @property
    def debits(self) -> int:
        return sum(line.amount for line in self.readable if line.amount > 0)

    @property
    def credits(self) -> int:
        return -sum(line.amount for line in self.readable if line.amount < 0)

    @property
    def difference(self) -> int:
        return self.debits - self.credits

    @property
    def can_be_stored(self) -> bool:
        return bool(self.lines) and not self.failing and self.difference == 0

    @property
    def words_of_difference(self) -> str:
        side = "Debits" if self.difference > 0 else "Credits"
        return f"{side} are more by {written(abs(self.difference), self.digits)}"
