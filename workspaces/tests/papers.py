"""Papers to test with: a schedule of two lines and a total, in the cast's binder."""

from typing import Any

from tests.cast import Firm
from workspaces import saving
from workspaces.models import Binder, Tickmark, Workpaper
from workspaces.numbering import parts_of, sort_key


def schedule(firm: Firm, reference: str = "C-1", amounts: tuple[int, int] = (10000, 20050), **cell: Any) -> Workpaper:
    """Rows r1 and r2 of figures in c2, and their total r3; `cell` is added to the total's."""
    rows = [
        {"id": f"r{n}", "kind": "", "cells": {"c1": {"text": f"Line {n}"}, "c2": {"amount": amount}}}
        for n, amount in enumerate(amounts, 1)
    ]
    total = {"formula": "=SUM({r1.c2}:{r2.c2})", **cell}
    rows.append({"id": "r3", "kind": "total", "cells": {"c1": {"text": "Total"}, "c2": total}})
    columns = [{"id": "c1", "title": "Item", "type": "text"}, {"id": "c2", "title": "Balance", "type": "figure"}]
    return paper(firm, reference, {"grid": {"columns": columns, "rows": rows}})


def paper(firm: Firm, reference: str, body: dict[str, Any], kind: str = "schedule") -> Workpaper:
    letter, numbers = parts_of(reference) or ("A", ())
    made = Workpaper(
        binder=firm.binder, reference=reference, section=letter, sort_key=sort_key(letter, numbers), kind=kind,
        position=numbers[-1] if numbers else 0, title=f"Paper {reference}", body=body,
    )  # fmt: skip
    return saving.create(made, by=firm.member)


def empty_binder(firm: Firm) -> Binder:
    """The cast's binder without the cast's papers."""
    Workpaper.objects.filter(binder=firm.binder).update(deleted_at="2026-01-01T00:00Z")
    return firm.binder


def typed(made: Workpaper, **fields: str) -> dict[str, Any]:
    """What the sheet's form sends for such a schedule."""
    cells = {
        f"cell-{row['id']}-{name}": cell for row in made.body["grid"]["rows"] for name, cell in row["cells"].items()
    }
    sent: dict[str, Any] = {
        "title": made.title, "revision": made.revision, "row": [row["id"] for row in made.body["grid"]["rows"]],
        "column": [column["id"] for column in made.body["grid"]["columns"]], "row-r3-kind": "total",
        "column-c1-title": "Item", "column-c1-type": "text", "column-c2-title": "Balance", "column-c2-type": "figure",
    }  # fmt: skip
    sent |= {
        name: cell.get("text") or cell.get("formula") or f"{cell.get('amount', 0) / 100:.2f}"
        for name, cell in cells.items()
    }
    sent["cell-r3-c2"] = "=SUM(B1:B2)"
    return sent | fields


def footed() -> Tickmark:
    return Tickmark.objects.create(code="f", mark="footed", meaning="Footed", rule="foot")
