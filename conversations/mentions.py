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
    names |= {label.casefold(): member for member, label in labels(members).items()}
    return {name: names[name] for name in sorted(filter(None, names), key=len, reverse=True)}


def labels(members: Iterable[Membership]) -> dict[Membership, str]:
    """The name by which each is offered and meant; of several who share one, each with their address."""
    everybody = list(members)
    full = Counter(member.display_name.casefold() for member in everybody)
    return {
        member: member.display_name
        if full[member.display_name.casefold()] == 1
        else f"{member.display_name} ({member.email})"
        for member in everybody
    }


def _first(member: Membership) -> str:
    return member.display_name.casefold().partition(" ")[0]
