"""The rows of a ledger somebody exported: which account each is about, and its balance in minor units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from zlib import crc32

from clients.csv_reading import Row, Table
from clients.importing import Columns, Mapping, guess_mapping, picked, text_problem
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
TOTAL = re.compile(r"^(grand |net |sub-?\s?|trial balance )?(totals?|totaux|totale|summe|gesamt)\b", re.IGNORECASE)
AMBIGUOUS = re.compile(r"^-?\(?[0-9]{1,3}\.[0-9]{3}\)?$")
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


def is_heading(cells: list[str]) -> bool:
    """Whether a line names the columns of a ledger: accounts, and what they come to."""
    found = guess_mapping(cells, COLUMNS)
    return bool(found.keys() & {"code", "name"}) and ("balance" in found or {"debit", "credit"} <= found.keys())


def read_ledger(table: Table, mapping: Mapping, digits: int) -> "Ledger":
    """Every row that is an account; headings of groups are none, and totals are told apart."""
    rows = [(row, picked(row, mapping, COLUMNS, prose=())) for row in table.rows]
    totals = [cell["name"] or cell["code"] for _, cell in rows if _is_total(cell, mapping)]
    found = [_line(row, cell, mapping, digits) for row, cell in rows if not _is_total(cell, mapping)]
    return Ledger(list(_without_twice(line for line in found if line is not None)), digits, totals)


def _is_total(cell: dict[str, str], mapping: Mapping) -> bool:
    """A sum of the rows above it: called a total, and without the code that accounts of the file have."""
    has_own_code = bool(cell["code"]) and "name" in mapping and bool(cell["name"])
    return not has_own_code and bool(TOTAL.match(cell["name"] or cell["code"]))


def _without_twice(lines: Iterable[Line]) -> Iterable[Line]:
    first: dict[str, int] = {}
    for line in lines:
        if not line.problem and (earlier := first.setdefault(line.code, line.number)) != line.number:
            yield Line(
                line.number, line.code, line.name, line.amount, f"Line {earlier} has the account {line.code}, too."
            )
        else:
            yield line


def _line(row: Row, cell: dict[str, str], mapping: Mapping, digits: int) -> Line | None:
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
    if digits < 3 and AMBIGUOUS.match(bare):
        thousands, parts = bare.replace(".", ""), bare.split(".")
        raise NotAnAmount(f"“{text[:40]}” could be {thousands} or {parts[0]} and a fraction. Write it like 1284.50.")
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
    #: Rows of the file that add others up.
    totals: list[str] = field(default_factory=list)

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
