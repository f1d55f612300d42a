"""The cast as each test gets it: a copy of its own, made row by row as the test asks. Most ask for three of a hundred."""

import io
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from tests.cast import Cast, Firm

Place = tuple[str, str, str]
FIRMS = ("ours", "theirs")


class Freezer(pickle.Pickler):
    """Writes one row; of the rows frozen before it, only where they are."""

    def __init__(self, into: io.BytesIO, before: dict[int, Place]) -> None:
        super().__init__(into, protocol=pickle.HIGHEST_PROTOCOL)
        self.before = before

    def persistent_id(self, thing: Any) -> Place | None:
        return self.before.get(id(thing))


class Thawing(pickle.Unpickler):
    def __init__(self, copy: "Copy", frozen: bytes) -> None:
        super().__init__(io.BytesIO(frozen))
        self.copy = copy

    def persistent_load(self, place: Place) -> Any:
        return self.copy.row(place)


class Copy:
    """Of frozen rows, each thawed once: a row is the same wherever the others name it."""

    def __init__(self, frozen: dict[Place, bytes]) -> None:
        self.frozen = frozen
        self.thawed: dict[Place, Any] = {}

    def row(self, place: Place) -> Any:
        if place not in self.thawed:
            self.thawed[place] = Thawing(self, self.frozen[place]).load()
        return self.thawed[place]


class Rows(Mapping[str, Any]):
    def __init__(self, copy: Copy, places: dict[str, Place]) -> None:
        self.copy, self.places = copy, places
        self.own: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self.own[name] if name in self.own else self.copy.row(self.places[name])

    def __setitem__(self, name: str, row: Any) -> None:
        """A row that the test has made, beside the cast's."""
        self.own[name] = row

    def __iter__(self) -> Iterator[str]:
        return iter(self.places | self.own)

    def __len__(self) -> int:
        return len(self.places | self.own)


def copies(cast: Cast) -> Callable[[], Cast]:
    """What makes a new copy each time it is called."""
    frozen: dict[Place, bytes] = {}
    before: dict[int, Place] = {}
    for place, thing in everything(cast):
        Freezer(into := io.BytesIO(), before).dump(thing)
        frozen[place] = into.getvalue()
        before[id(thing)] = place
    named: dict[tuple[str, str], dict[str, Place]] = {}
    for place in frozen:
        named.setdefault(place[:2], {})[place[2]] = place

    def thaw() -> Cast:
        copy = Copy(frozen)
        people = {name: copy.row(("", "people", name)) for name in ("stranger", "operator")}
        firms = {
            firm: replace(
                getattr(cast, firm),
                organization=copy.row((firm, "organization", "")),
                members=Rows(copy, named[firm, "members"]),
                rows=Rows(copy, named[firm, "rows"]),
            )
            for firm in FIRMS
        }
        return replace(cast, **firms, **people, sessions=dict(cast.sessions))

    return thaw


def everything(cast: Cast) -> Iterator[tuple[Place, Any]]:
    """In the order of their making, which is nearly the order in which they name each other."""
    yield ("", "people", "stranger"), cast.stranger
    yield ("", "people", "operator"), cast.operator
    for name in FIRMS:
        firm: Firm = getattr(cast, name)
        yield (name, "organization", ""), firm.organization
        for part in ("members", "rows"):
            for key, thing in getattr(firm, part).items():
                yield (name, part, key), thing


assert {field.name for field in fields(Cast)} == {*FIRMS, "stranger", "operator", "sessions"}
