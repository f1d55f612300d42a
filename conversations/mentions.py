"""“@Maya Okafor” in a text: who is meant, of those who may see what it is about. Others stay plain words."""

import re
from collections import Counter
from collections.abc import Iterable

from organizations.models import Membership

AT = re.compile(r"(?<![\w@])@(?=\w)")


def mentioned(text: str, candidates: Iterable[Membership]) -> list[Membership]:
    """The candidates whose name follows an @; a first name counts where only one candidate has it."""
    names = spellings(candidates)
    folded, found = text.casefold(), dict[Membership, None]()
    for at in AT.finditer(folded):
        rest = folded[at.end() :]
        name = next((name for name in names if rest.startswith(name) and not rest[len(name) :][:1].isalnum()), None)
        if name is not None:
            found[names[name]] = None
    return list(found)


def spellings(candidates: Iterable[Membership]) -> dict[str, Membership]:
    """How each may be written, folded, the longest first."""
    members = list(candidates)
    firsts = Counter(_first(member) for member in members)
    names = {_first(member): member for member in members if firsts[_first(member)] == 1}
    full = Counter(member.display_name.casefold() for member in members)
    names |= {member.display_name.casefold(): member for member in members if full[member.display_name.casefold()] == 1}
    return {name: names[name] for name in sorted(filter(None, names), key=len, reverse=True)}


def _first(member: Membership) -> str:
    return member.display_name.casefold().partition(" ")[0]
