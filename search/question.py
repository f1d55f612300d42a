from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.postgres.search import SearchQueryCombinable

from organizations.models import Membership
from search.words import beginnings, spellings, split

LONGEST = 100
MOST_WORDS = 8


@dataclass
class Question:
    """What somebody typed, made harmless: bounded in length and words, without control characters."""

    text: str
    member: Membership
    _known: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, typed: str, member: Membership) -> "Question":
        printable = "".join(letter if letter.isprintable() else " " for letter in typed[: LONGEST * 4])
        return cls(" ".join(printable.split())[:LONGEST].strip(), member)

    @cached_property
    def words(self) -> list[str]:
        return list(dict.fromkeys(split(self.text.lower())))[:MOST_WORDS]

    @cached_property
    def marks(self) -> list[str]:
        """What is marked where it is found: each word in every spelling, folded."""
        return [spelled for word in self.words for spelled in spellings(word)]

    @cached_property
    def query(self) -> SearchQueryCombinable:
        return beginnings(" ".join(self.words))

    def once(self, name: str, ask: Callable[[], Any]) -> Any:
        """What several kinds need to know about the words is asked for once."""
        if name not in self._known:
            self._known[name] = ask()
        return self._known[name]
