"""What keeps a file open, as the lock-down page lists it: counted by kind, one line for a paper, fifty lines to a page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from workspaces.lock_down import Kind, Unmet

PER_PAGE, SAID = 50, 4
TITLES = {
    Kind.BINDER: "The binder", Kind.LEDGER: "Ledger and adjustments", Kind.SIGNATURES: "Signatures",
    Kind.NOTES: "Review notes", Kind.CONTENT: "Figures and content",
}  # fmt: skip


@dataclass
class Line:
    """Everything that is missing in one place."""

    href: str
    reference: str
    order: str
    words: list[str] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        return self.words[:SAID]

    @property
    def more(self) -> int:
        return len(self.words) - len(self.said)


@dataclass(frozen=True)
class UnmetList:
    count: int
    kinds: list[tuple[Kind, str, int]]
    kind: str
    lines: list[Line]
    first: str
    next: str

    @classmethod
    def of(cls, unmet: list[Unmet], *, kind: str, after: str) -> "UnmetList":
        """Counts are of everything; `after` names the place of the last line that was seen."""
        counts = [(one, TITLES[one], sum(1 for found in unmet if found.kind == one)) for one in Kind]
        chosen = kind if kind in list(Kind) else ""
        everything = _lines(found for found in unmet if not chosen or found.kind == chosen)
        rest = [line for line in everything if not after or line.order > after]
        lines = rest[:PER_PAGE]
        asked = {"kind": chosen} if chosen else {}
        following = {**asked, "after": lines[-1].order} if len(rest) > PER_PAGE and lines[-1].order else {}
        return cls(
            len(unmet), [found for found in counts if found[2]], chosen, lines,
            f"?{urlencode(asked)}" if len(rest) < len(everything) else "",
            f"?{urlencode(following)}" if following else "",
        )  # fmt: skip


def _lines(unmet: Iterable[Unmet]) -> list[Line]:
    """In the order of the list: the binder, its ledger, then paper by paper."""
    lines: dict[tuple[str, str], Line] = {}
    for found in unmet:
        place = (found.order, found.href)
        lines.setdefault(place, Line(found.href, found.reference, found.order)).words.append(found.words)
    return list(lines.values())
