"""Whatever is typed, renumbered, put in order or taken back: both ends of every cross-reference are compared as they are."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workspaces import grids, saving
from workspaces.models import CrossReference, Workpaper, WorkpaperVersion
from workspaces.renumbering import RenumberingRefused, renumber, reorder
from workspaces.table_shape import add_column, add_row, remove_column, remove_row
from workspaces.tests.papers import empty_binder, schedule
from workspaces.tie_out import ties_of

pytestmark = pytest.mark.django_db
PAPERS, ROWS = st.integers(0, 3), st.sampled_from(["r1", "r2", "r3"])
END = st.tuples(PAPERS, ROWS)
CHANGE = st.one_of(
    st.tuples(st.just("figure"), PAPERS, st.sampled_from(["r1", "r2"]), st.integers(-3, 3)),
    st.tuples(st.just("renumber"), PAPERS, st.integers(1, 9), st.none()),
    st.tuples(st.just("reorder"), PAPERS, PAPERS, st.none()),
    st.tuples(st.just("back"), PAPERS, st.integers(1, 4), st.none()),
    st.tuples(st.just("row"), PAPERS, ROWS, st.integers(-3, 3)),
)


def test_no_row_and_no_column_takes_the_name_of_one_that_was_removed():
    body = {"grid": grids.blank()}
    for add, remove in ((add_row, remove_row), (add_column, remove_column)):
        grown = add(body, "")
        (gone,) = _ids(grown) - _ids(body)
        assert gone not in _ids(add(remove(grown, gone), ""))


def _ids(body) -> set[str]:
    return {one["id"] for part in ("rows", "columns") for one in body["grid"][part]}


class Undone(Exception):
    """The transaction takes everything back."""


@given(
    chain=st.lists(st.tuples(END, END), min_size=1, max_size=6),
    changes=st.lists(st.tuples(CHANGE, st.booleans()), max_size=8),
)
@example(chain=[((0, "r3"), (1, "r1"))], changes=[(("row", 0, "r3", 1), False)])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_ends_are_compared_after_every_change(cast, chain, changes):
    with cast.ours.inside():
        try:
            with transaction.atomic():
                _live(cast.ours, chain, changes)
                raise Undone
        except Undone:
            pass


def _live(firm, chain, changes):
    empty_binder(firm)
    ids = [schedule(firm, f"C-{number}", (number, 2)).pk for number in range(1, 5)]
    for near, far in dict.fromkeys(chain):
        if near != far:
            CrossReference.objects.create(
                workpaper_id=ids[near[0]], cell=f"{near[1]}.c2", target_id=ids[far[0]], target_cell=f"{far[1]}.c2"
            )
    _agree(ids)
    for change, is_undone in changes:
        try:
            with transaction.atomic():
                _make(firm, ids, *change)
                _agree(ids)
                if is_undone:
                    raise Undone
        except (Undone, RenumberingRefused):
            pass
        _agree(ids)


def _make(firm, ids, what, at, place, amount):
    paper = Workpaper.objects.select_related("binder__project__client").get(pk=ids[at])
    if what == "figure":
        rows = [
            {**row, "cells": {**row["cells"], "c2": {"amount": amount}}} if row["id"] == place else row
            for row in paper.body["grid"]["rows"]
        ]
        body = {"grid": {**paper.body["grid"], "rows": rows}}
        saving.save(paper, by=firm.member, revision=paper.revision, body=body, note="A figure")
    elif what == "row":
        body = add_row(remove_row(paper.body, place), "")
        for row in body["grid"]["rows"]:
            if not row["cells"]:
                row["cells"]["c2"] = {"amount": amount}
        saving.save(paper, by=firm.member, revision=paper.revision, body=body, note="Another row")
    elif what == "renumber":
        renumber(paper, f"C-{place}")
    elif what == "reorder":
        reorder(paper, before=Workpaper.objects.get(pk=ids[place]))
    elif version := WorkpaperVersion.objects.filter(workpaper=paper, number=place).first():
        saving.save(paper, by=firm.member, revision=paper.revision, body=version.body, note="Back")


def _figures(paper) -> dict[str, int]:
    """By hand, and not as the tie reads them: the lines by what is written on them, and the sum of all above it."""
    found, total = {}, 0
    for row in paper.body["grid"]["rows"]:
        words = row["cells"].get("c1", {}).get("text", "")
        figure = total if words == "Total" else row["cells"]["c2"]["amount"]
        total += figure
        found[{"Line 1": "r1.c2", "Line 2": "r2.c2", "Total": "r3.c2"}.get(words, "")] = figure
    return found


def _agree(ids):
    papers = {paper.pk: paper for paper in Workpaper.objects.filter(pk__in=ids).select_related("binder")}
    seen = {pk: ties_of([paper])[pk] for pk, paper in papers.items()}  # as each of the pages asks
    for stored in CrossReference.objects.filter(workpaper__in=ids):
        ends = (stored.workpaper_id, stored.cell), (stored.target_id, stored.target_cell)
        for (here, cell), (there, other) in (ends, ends[::-1]):
            tie = next(tie for tie in seen[here] if tie.reference.pk == stored.pk and tie.cell == cell)
            near, far = _figures(papers[here]).get(cell), _figures(papers[there]).get(other)
            assert (tie.amount, tie.other_amount, tie.holds) == (near, far, near == far and near is not None)
            assert tie.other.reference == papers[there].reference
