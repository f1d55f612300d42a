"""Where papers stand in the index. Everything that cites one does so by id, so a new reference is one row's change."""

from django.db import transaction

from workspaces import live
from workspaces.models import Binder, Workpaper
from workspaces.numbering import parts_of, reference_of, sort_key

Level = tuple[str, tuple[int, ...]]


class RenumberingRefused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def renumber(paper: Workpaper, reference: str) -> None:
    """Give a paper, and those below it, another reference. One that is taken is refused."""
    place = parts_of(reference)
    if place is None:
        raise RenumberingRefused("A reference looks like C-2, or C-2.1 below it.")
    papers = _papers(paper.binder)
    own = parts_of(paper.reference)
    assert own  # noqa: S101
    moves: dict[object, Level] = {
        found.pk: _moved(found, own, place) for found in papers if _is_at_or_below(found, own)
    }
    taken = {found.reference for found in papers if found.pk not in moves}
    if any(
        found.kind == Workpaper.Kind.LEAD and moves[found.pk][0] != found.section
        for found in papers
        if found.pk in moves
    ):
        raise RenumberingRefused("A lead stays in its section: its accounts come from there.")
    if clash := sorted({reference_of(*new) for new in moves.values()} & taken):
        raise RenumberingRefused(f"{clash[0]} is another paper.")
    _write(moves, papers)


@transaction.atomic
def reorder(paper: Workpaper, *, before: Workpaper | None) -> None:
    """Put a paper in front of another of its level, or at the level's end; the level's numbers follow the order.

    The numbers that were there stay in use, so a gap stays where it is.
    """
    papers = _papers(paper.binder)
    own = parts_of(paper.reference)
    assert own and own[1]  # noqa: S101
    level = [found for found in papers if _level(found) == (own[0], own[1][:-1]) and parts_of(found.reference)[1]]  # type: ignore[index]
    if before is not None and before.pk not in {found.pk for found in level}:
        raise RenumberingRefused("Papers are put in order within one level of the index.")
    order = [found for found in level if found.pk != paper.pk]
    at = [found.pk for found in order].index(before.pk) if before and before.pk != paper.pk else len(order)
    order.insert(at, next(found for found in level if found.pk == paper.pk))
    moves: dict[object, Level] = {}
    for found, slot in zip(order, level, strict=True):
        old, new = parts_of(found.reference), parts_of(slot.reference)
        assert old and new  # noqa: S101
        moves |= {below.pk: _moved(below, old, new) for below in papers if _is_at_or_below(below, old)}
    _write(moves, papers)


def _papers(binder: Binder) -> list[Workpaper]:
    papers = Workpaper.objects.select_for_update().filter(binder=binder).defer("body", "tsv").in_order()
    return list(papers)


def _level(paper: Workpaper) -> Level:
    letter, numbers = parts_of(paper.reference) or (paper.section, ())
    return letter, numbers[:-1]


def _is_at_or_below(paper: Workpaper, place: Level) -> bool:
    letter, numbers = parts_of(paper.reference) or ("", ())
    if not place[1]:  # a lead of the whole section moves alone
        return (letter, numbers) == place
    return letter == place[0] and numbers[: len(place[1])] == place[1]


def _moved(paper: Workpaper, old: Level, new: Level) -> Level:
    parts = parts_of(paper.reference)
    assert parts  # noqa: S101
    return new[0], (*new[1], *parts[1][len(old[1]) :])


def _write(moves: dict[object, Level], papers: list[Workpaper]) -> None:
    """In two steps: on the way, papers may want each other's references."""
    changed = [paper for paper in papers if paper.pk in moves and reference_of(*moves[paper.pk]) != paper.reference]
    for paper in changed:
        Workpaper.objects.filter(pk=paper.pk).update(reference=f"~{str(paper.pk)[-28:]}")
    by_reference = {
        reference_of(*moves[paper.pk]) if paper.pk in moves else paper.reference: paper.pk for paper in papers
    }
    for paper in changed:
        letter, numbers = moves[paper.pk]
        above = by_reference.get(reference_of(letter, numbers[:-1])) if numbers else None
        Workpaper.objects.filter(pk=paper.pk).update(
            reference=reference_of(letter, numbers), section=letter, sort_key=sort_key(letter, numbers),
            position=numbers[-1] if numbers else 0, parent=above,
        )  # fmt: skip
    if changed:
        live.changed(changed[0].binder_id)
