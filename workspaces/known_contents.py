"""What the papers of a large file come to, kept by what they say: a page over all of them reads only what has changed.

What decides does not look here: whoever signs or locks has the papers read anew.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from look.reader import reader
from tenancy import cache
from workspaces.amounts import digits_of
from workspaces.bodies import grid_of
from workspaces.content_problems import cited_in, gone_of, problems_in
from workspaces.legends import Legend
from workspaces.models import Binder, CrossReference, Workpaper
from workspaces.tie_out import place_of

KEPT_SECONDS = 7 * 24 * 3600

#: Of one content: the problems in it, the amounts in the cells that others are compared with, and the papers it names.
Known = tuple[list[str], dict[str, int | None], list[str]]
NOTHING: Known = ([], {}, [])


class Contents:
    """The problems and the compared figures of a binder's papers. At most one query for those that are not known."""

    def __init__(
        self, binder: Binder, papers: Iterable[Workpaper], references: Iterable[CrossReference], *, anew: bool = False
    ) -> None:
        self._content_of: dict[UUID, str] = {paper.pk: paper.content_hash for paper in papers}
        self._ids = {str(pk) for pk in self._content_of}
        self._wanted, self._legend = self._cells(references), Legend(binder)
        # Somebody may save between the list and the reading of it: such a page is shown, and not kept.
        self._is_current = True
        digits = digits_of(binder.currency)
        key = f"contents:cited:{binder.pk}:{digits}:{reader().locale}:{self._legend.fingerprint}"
        stored: dict[str, Known] = {} if anew else cache.get(key, {})
        missing = [pk for pk, content in self._content_of.items() if not self._is_known(content, stored)]
        stored |= self._read(binder, missing) if missing else {}
        self._known = {content: stored.get(content, NOTHING) for content in self._wanted}
        if missing and self._is_current:
            cache.put(key, self._known, seconds=KEPT_SECONDS)

    def problems(self, paper: Workpaper) -> list[str]:
        found, _, cited = self._known[paper.content_hash]
        return [*found, *gone_of(cited, self._ids)]

    def amount(self, paper: Workpaper, cell: str) -> int | None:
        return self._known[paper.content_hash][1].get(cell)

    def _cells(self, references: Iterable[CrossReference]) -> dict[str, set[str]]:
        """Content → the cells of it that are compared."""
        wanted: dict[str, set[str]] = {content: set() for content in self._content_of.values()}
        for one in references:
            for paper_id, cell in ((one.workpaper_id, one.cell), (one.target_id, one.target_cell)):
                if paper_id in self._content_of:
                    wanted[self._content_of[paper_id]].add(cell)
        return wanted

    def _is_known(self, content: str, stored: Mapping[str, Known]) -> bool:
        return content in stored and self._wanted[content] <= stored[content][1].keys()

    def _read(self, binder: Binder, ids: list[UUID]) -> dict[str, Known]:
        found = {}
        for paper in Workpaper.objects.filter(pk__in=ids).defer("tsv"):
            paper.binder, content = binder, self._content_of[paper.pk]
            self._is_current &= paper.content_hash == content
            grid = grid_of(paper)
            amounts = {cell: grid.amount(place_of(cell)) for cell in self._wanted[content]}
            found[content] = problems_in(paper, grid, self._legend), amounts, cited_in(paper.body)
        return found
