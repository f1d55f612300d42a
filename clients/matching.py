"""Which request does a file answer? Proposed from its name; a person confirms."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from clients.models import Document, InformationRequest

#: Words that say nothing about which request is meant.
COMMON = {
    "the",
    "and",
    "for",
    "all",
    "of",
    "with",
    "from",
    "copy",
    "copies",
    "final",
    "draft",
    "list",
    "schedule",
    "per",
}
#: So much of a title has to stand in the name.
ENOUGH = 0.5


@dataclass(frozen=True)
class Proposal:
    document: Document
    request: InformationRequest | None = None
    why: str = ""


def propose(documents: Iterable[Document], requests: Iterable[InformationRequest]) -> list[Proposal]:
    """One proposal for each document: by the reference in its name, else by the words of the title, if one fits best."""
    asked = list(requests)
    return [_proposal(document, asked) for document in documents]


def _proposal(document: Document, asked: list[InformationRequest]) -> Proposal:
    name = PurePath(document.name).stem
    for item in asked:
        if _names(name, item.request_list.prefix, item.number):
            return Proposal(document, item, _("%(reference)s stands in the name") % {"reference": item.reference})
        if item.source_ref and re.search(rf"(?<![\w.]){re.escape(item.source_ref)}(?![\w])", name, re.I):
            return Proposal(document, item, _("%(reference)s stands in the name") % {"reference": item.source_ref})
    scores = sorted(((_score(name, item.title), item) for item in asked), key=lambda pair: pair[0], reverse=True)
    if scores and scores[0][0][0] >= ENOUGH and (len(scores) == 1 or scores[1][0] < scores[0][0]):
        return Proposal(document, scores[0][1], _("The name has the words of the title"))
    return Proposal(document)


def _names(name: str, prefix: str, number: int) -> bool:
    """“PBC-003”, “pbc 3”, “PBC_003”; at the very beginning also a bare “003 ”."""
    with_prefix = rf"(?<![A-Za-z]){re.escape(prefix)}[\s._-]*0*{number}(?!\d)"
    return bool(re.search(with_prefix, name, re.I) or re.match(rf"0{{1,2}}{number}(?=[\s._-])", name))


def _score(name: str, title: str) -> tuple[float, int]:
    """The share of the title's words that stand in the name, and how many: “statement” is in “statements”, too."""
    wanted, there = _words(title), _words(name)
    if not wanted:
        return 0, 0
    found = sum(any(word.startswith(has[:5]) or has.startswith(word[:5]) for has in there) for word in wanted)
    return found / len(wanted), found


def _words(text: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return {word for word in re.findall(r"[^\W_]{3,}", spaced.lower()) if word not in COMMON}
