"""The columns of a board. To do, in progress and done are stored and take cards; the others follow from other rows."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from organizations.models import Membership
from workspaces.models import Task
from workspaces.tasks.cards import Card, cards_of, count_open, in_order, shown

#: A board is for looking at: what goes beyond is in the list.
OPEN, DONE = 300, 30
#: State → title, whose turn it is as colours tell it, and whether a card can be put there.
LANES = {
    "todo": ("To do", "idle", True), "in_progress": ("In progress", "firm", True),
    "in_review": ("In review", "firm", False), "blocked": ("Blocked", "late", False), "done": ("Done", "done", True),
}  # fmt: skip


@dataclass
class Lane:
    state: str
    title: str
    turn: str
    takes_cards: bool
    cards: list[Card] = field(default_factory=list)
    more: int = 0
    #: Where the rest is listed.
    url: str = ""

    @property
    def count(self) -> int:
        return len(self.cards) + self.more


def lanes(tasks: "QuerySet[Task]", today: date, reader: Membership) -> list[Lane]:
    """The newest of what is done, and what is open as far as a board goes; each lane knows how many more it has."""
    found = {state: Lane(state, *words) for state, words in LANES.items()}
    done = tasks.filter(status=Task.Status.DONE)
    ended = shown(done).order_by("-done_at", "-id")[:DONE]
    opened = shown(tasks.open()).order_by("position", "id")[: OPEN + 1]  # type: ignore[attr-defined]
    for card in cards_of([*list(opened)[:OPEN], *ended], today, reader):
        found[card.state].cards.append(card)
    for lane in found.values():
        if lane.state != "done":  # there the newest comes first
            in_order(lane.cards)
    if len(found["done"].cards) == DONE:
        found["done"].more = done.count() - DONE
    if len(opened) > OPEN:
        for state, count in count_open(tasks).items():
            found[state].more = count - len(found[state].cards)
    return list(found.values())
