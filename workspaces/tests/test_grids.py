"""Figures, formulas and foots: to the smallest unit, whatever is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces import formulas, grids
from workspaces.amounts import NotAnAmount, parsed, typed, written
from workspaces.formulas import BadFormula
from workspaces.grids import Cell, Column, Grid, Row
from workspaces.table_shape import remove_column, remove_row
from workspaces.tie_out import cross_foot_difference, foot_difference

MINOR = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,284.50", 128450),
        ("(36,215)", -3621500),
        ("-12", -1200),
        ("−0.01", -1),
        ("£ 5", 500),
        ("", None),
        ("–", None),
    ],
    ids=["commas", "brackets", "minus", "true_minus", "sign", "nothing", "dash"],
)
def test_a_figure_is_read_as_people_write_it(text, minor):
    assert parsed(text) == minor


@pytest.mark.parametrize("text", ["12.345", "1.2.3", "abc", "(5", "5)", "1e9", "9" * 18, "١٢"])
def test_what_is_no_figure_is_refused_with_a_sentence(text):
    with pytest.raises(NotAnAmount, match=r"\.$"):
        parsed(text)


@given(MINOR)
def test_a_figure_written_for_typing_is_read_back_the_same(minor):
    assert parsed(typed(minor)) == minor
    assert (parsed(written(minor)) or 0) == minor


def column_of(amounts, formula="", kind="total"):
    rows = tuple(Row(f"r{n}", cells={"c1": Cell(amount=amount)}) for n, amount in enumerate(amounts, 1))
    last = Row("t", kind, cells={"c1": Cell(formula=formula or f"=SUM({{r1.c1}}:{{r{len(amounts)}.c1}})")})
    return Grid((Column("c1", "Balance", grids.FIGURE),), (*rows, last))


@given(st.lists(MINOR, min_size=1, max_size=40))
def test_a_total_foots_to_the_smallest_unit(amounts):
    grid = column_of(amounts)
    assert grid.amount(("t", "c1")) == sum(amounts)
    assert foot_difference(grid, ("t", "c1")) == 0


@given(st.lists(MINOR, min_size=1, max_size=10), st.integers(-5, 5).filter(bool))
def test_a_foot_finds_the_difference(amounts, off):
    grid = column_of(amounts, formula=f"=SUM({{r1.c1}}:{{r{len(amounts)}.c1}})+0.0{off}" if off > 0 else "")
    assert foot_difference(grid, ("t", "c1")) == max(off, 0)


def test_a_total_of_totals_foots_the_totals():
    cells = lambda amount: {"c1": Cell(amount=amount)}  # noqa: E731
    rows = (Row("a", "", cells=cells(1)), Row("b", "total", cells=cells(1)), Row("c", "", cells=cells(2)),
            Row("d", "total", cells=cells(2)), Row("e", "total", cells=cells(3)))  # fmt: skip
    grid = Grid((Column("c1", "", grids.FIGURE),), rows)
    assert [foot_difference(grid, (name, "c1")) for name in "bde"] == [0, 0, 0]


@pytest.mark.parametrize(
    ("rows", "out_by"),
    [
        ("100 50 =150 -20 =130", [0, 0]),
        ("100 50 =150 -20 =131", [0, 1]),
        ("# 60 40 # 50 =150", [0]),
        ("# 60 40 # 50 =149", [-1]),
        ("1 =1 2 =2 3 =3 4 =10", [0, 0, 0, 0]),
        ("5 # 1 2 =3 # 4 =4 =12", [0, 0, 0]),
        ("1 =1 2 =2 =3 4 =4 5 =5 =9 =12", [0, 0, 0, 0, 0, 0, 0]),
    ],
    ids=["running", "running_wrong", "headed", "headed_wrong", "loose_below", "loose_above", "sections"],
)
def test_a_total_may_add_up_what_is_above_in_any_of_the_usual_ways(rows, out_by):
    kinds = {"=": "total", "#": "heading"}
    table = tuple(
        Row(f"r{at}", kinds.get(text[0], ""), cells={"c": Cell(amount=int(text.strip("=#") or 0))})
        for at, text in enumerate(rows.split())
    )
    grid = Grid((Column("c", "", grids.FIGURE),), table)
    assert [foot_difference(grid, (row.id, "c")) for row in table if row.kind == "total"] == out_by


def test_a_cross_foot_adds_the_figures_to_the_left():
    columns = (Column("a", "Name"), *(Column(name, name, grids.FIGURE) for name in "bcd"))
    row = Row("r", cells={"a": Cell("x"), "b": Cell(amount=5), "c": Cell(amount=-2), "d": Cell(amount=4)})
    assert cross_foot_difference(Grid(columns, (row,)), ("r", "d")) == 1


@pytest.mark.parametrize("text", ["=A1*2", "=1+", "=SUM(A1:A2", "=B9", "=A1 A2", "=IMPORT(A1)", "=", "=SUM()"])
def test_only_sums_and_differences_are_formulas(text):
    with pytest.raises(BadFormula):
        formulas.kept(text, ["r1", "r2"], ["c1"])


def test_a_formula_follows_its_cells_when_a_row_is_inserted():
    kept = formulas.kept("=SUM(A1:A2)-A3", ["r1", "r2", "r3"], ["c1"])
    assert formulas.shown(kept, ["r1", "new", "r2", "r3"], ["c1"]) == "=SUM(A1:A3)-A4"


def test_a_range_that_loses_its_last_or_first_row_or_column_shrinks():
    columns = [{"id": name, "title": name, "type": "figure"} for name in ("a", "b", "c", "d")]
    rows = [{"id": f"r{n}", "kind": "", "cells": {"a": {"amount": n}}} for n in (1, 2, 3)]
    rows[0]["cells"]["d"] = {"formula": "=SUM({r1.a}:{r1.c})"}
    rows.append({"id": "t", "kind": "total", "cells": {"a": {"formula": "=SUM({r1.a}:{r3.a})-{r2.a}"}}})
    body = remove_row({"grid": {"columns": columns, "rows": rows}}, "r3")
    assert body["grid"]["rows"][-1]["cells"]["a"]["formula"] == "=SUM({r1.a}:{r2.a})-{r2.a}"
    body = remove_column(body, "c")
    assert body["grid"]["rows"][0]["cells"]["d"]["formula"] == "=SUM({r1.a}:{r1.b})"
    body = remove_row(body, "r1")
    assert body["grid"]["rows"][-1]["cells"]["a"]["formula"] == "=SUM({r2.a}:{r2.a})-{r2.a}"
    assert grids.read(body).amount(("t", "a")) == 0


def test_a_circle_is_named_and_ends():
    rows = (Row("a", cells={"c1": Cell(formula="={b.c1}")}), Row("b", cells={"c1": Cell(formula="={a.c1}")}))
    values = Grid((Column("c1", "", grids.FIGURE),), rows).values
    assert {str(value) for value in values.values()} == {"It adds itself up."}


def test_a_long_chain_of_formulas_is_computed_or_refused_but_never_fails():
    rows = tuple(Row(f"r{n}", cells={"c1": Cell(formula=f"={{r{n + 1}.c1}}+1")}) for n in range(400))
    values = Grid((Column("c1", "", grids.FIGURE),), (*rows, Row("r400", cells={"c1": Cell(amount=0)}))).values
    assert values["r399", "c1"] == 100


def test_a_removed_cell_is_said():
    grid = column_of([1], formula="={gone.c1}")
    assert "removed" in str(grid.values["t", "c1"])
