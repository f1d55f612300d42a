"""What can be done from the palette beside opening something found: `actions.register(provider)` in `AppConfig.ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.question import Question
from search.words import folded


@dataclass(frozen=True)
class Action:
    label: str
    url: str
    icon: str
    note: str = ""
    #: The provider has matched the words itself: they need not stand in the label.
    is_meant: bool = False


#: Each offers what the member may do; those that fit the words are shown.
PROVIDERS: list[Callable[[Question], Iterable[Action]]] = []
MOST = 7


def register(provider: Callable[[Question], Iterable[Action]]) -> None:
    PROVIDERS.append(provider)


def fitting(question: Question) -> list[Action]:
    """Those in whose label every word begins a word, or that are meant; without words the first of each provider."""
    offered = (action for provider in PROVIDERS for action in provider(question))
    return [action for action in offered if action.is_meant or _fits(action, question.words)][:MOST]


def _fits(action: Action, words: list[str]) -> bool:
    label = folded(action.label).split()
    return all(any(one.startswith(folded(word)) for one in label) for word in words)
