"""References: C, C-2, C-2.1; how they sort, and where the index has gaps."""

import re
from collections.abc import Iterable, Iterator

FORM = re.compile(r"^([A-Z]{1,3})(?:-([1-9][0-9]{0,3})((?:\.[1-9][0-9]{0,3}){0,4}))?$")


def parts_of(reference: str) -> tuple[str, tuple[int, ...]] | None:
    """“C-2.1” is ("C", (2, 1)); a lead of a whole section, “C”, is ("C", ()); None if it is no reference."""
    found = FORM.match(reference.strip().upper())
    if not found:
        return None
    letter, first, rest = found.groups()
    return letter, tuple(
        int(number) for number in [*([first] if first else []), *(rest or "").split(".")[1:]] if number
    )


def reference_of(letter: str, numbers: tuple[int, ...]) -> str:
    return f"{letter}-{'.'.join(map(str, numbers))}" if numbers else letter


def sort_key(letter: str, numbers: tuple[int, ...]) -> str:
    """Sorts as text the way people read references: Z before AA, 2 before 10, a paper before those below it."""
    return ".".join([f"{len(letter)}{letter}", *(f"{number:05d}" for number in numbers)])


def gaps(references: Iterable[str]) -> list[str]:
    """References the index skips: after C-1 and C-3, C-2. Papers of a level are numbered from 1."""
    taken: dict[tuple[str, tuple[int, ...]], set[int]] = {}
    for letter, numbers in filter(None, map(parts_of, references)):
        for depth, number in enumerate(numbers):
            taken.setdefault((letter, numbers[:depth]), set()).add(number)
    missing = [place for level, numbers in taken.items() for place in _missing(level, numbers)]
    return [reference_of(*place) for place in sorted(missing, key=lambda place: sort_key(*place))]


def _missing(level: tuple[str, tuple[int, ...]], numbers: set[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    letter, above = level
    for number in range(1, max(numbers)):
        if number not in numbers:
            yield letter, (*above, number)


def next_free(letter: str, above: tuple[int, ...], references: Iterable[str]) -> tuple[int, ...]:
    """The number after the last one of a level."""
    level = [
        numbers[len(above)]
        for section, numbers in filter(None, map(parts_of, references))
        if section == letter and numbers[: len(above)] == above and len(numbers) > len(above)
    ]
    return (*above, max(level, default=0) + 1)
