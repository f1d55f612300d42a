"""`bin/prove-walls`: takes down one wall after another, and shows the test that notices.

A wall nobody would miss is a wall that is not tested. Every line of the table is one mutation: the generated cases
about the broken table run, or the tests named with the mutation, until the first that fails. The same test must pass
again with the wall back up.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutations.mutation import Mutation


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--wall", action="append", help="only mutations whose line contains these words, or those of another"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    if session.config.option.collectonly:
        return False
    if session.testsfailed:
        raise session.Interrupted("The tests could not be collected.")
    tell = Table(session)
    chosen = list(mutations(session.config.option.wall))
    if not chosen:
        raise pytest.UsageError("No wall's line contains these words.")
    for mutation in chosen:
        tell.line(mutation, noticed_by(mutation, session.items))
    tell.total()
    return True


def mutations(wanted: list[str] | None) -> Iterator[Mutation]:
    from tests.mutations.code import code_mutations
    from tests.mutations.database import database_mutations
    from tests.mutations.functions import function_mutations

    for mutation in (*database_mutations(), *function_mutations(), *code_mutations()):
        if not wanted or any(words in f"{mutation.wall}: {mutation.what}" for words in wanted):
            yield mutation


def noticed_by(mutation: Mutation, items: list[pytest.Item]) -> str:
    """The test that fails with the wall down and passes with it up; empty if there is none."""
    cases = sorted((item for item in items if witnesses(mutation, item)), key=lambda item: order(mutation, item))
    with_cast(cases, items)
    found = None
    with mutation.change():
        found = next((item for item in cases if fails(item)), None)
    if found is None:
        return ""
    return found.nodeid if passes(found) else f"ALWAYS FAILS: {found.nodeid}"


def with_cast(cases: list[pytest.Item], items: list[pytest.Item]) -> None:
    """The shared firms are made while every wall stands."""
    if cases and not with_cast.done:  # type: ignore[attr-defined]
        any(passes(item) for item in items if "permanent_cast" in getattr(item, "fixturenames", ()))
        with_cast.done = True  # type: ignore[attr-defined]


with_cast.done = False  # type: ignore[attr-defined]


def order(mutation: Mutation, item: pytest.Item) -> tuple[bool, int]:
    """First those that tell of one firm reaching for another's rows, then in the order of the witnesses."""
    place = next(place for place, start in enumerate(mutation.witnesses) if item.nodeid.startswith(start))
    return bool(mutation.subject) and "another" not in item.name, place


def witnesses(mutation: Mutation, item: pytest.Item) -> bool:
    if not item.nodeid.startswith(mutation.witnesses):
        return False
    values = getattr(item, "callspec", None) and item.callspec.params.values()  # type: ignore[attr-defined]
    names = [getattr(getattr(value, "_meta", None), "db_table", value) for value in values or ()]
    return all(any(name is part or name == part for name in names) for part in mutation.subject)


def fails(item: pytest.Item) -> bool:
    """By its own words: a fixture that breaks under the mutation has noticed nothing."""
    reports = runtestprotocol(item, log=False, nextitem=Anything(item.session))
    return any(report.failed and report.when == "call" for report in reports)


def passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=Anything(item.session)))


class Anything:
    """The item that comes next is of any module: only what the session keeps stays set up."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


class Table:
    """Prints as it goes; counts for the closing line."""

    def __init__(self, session: pytest.Session) -> None:
        self.session, self.counts = session, Counter[str]()
        self.write: Any = session.config.get_terminal_writer()

    def line(self, mutation: Mutation, test: str) -> None:
        noticed = bool(test) and not test.startswith("ALWAYS")
        self.counts["noticed" if noticed else "NOT NOTICED"] += 1
        self.session.testscollected, self.session.testsfailed = (
            self.counts.total(), self.counts["NOT NOTICED"],
        )  # fmt: skip
        self.write.line(f"{'' if noticed else '!! '}{mutation.wall} | {mutation.what} | {test or 'NOBODY NOTICED'}")

    def total(self) -> None:
        said = ", ".join(f"{count} {word}" for word, count in sorted(self.counts.items()))
        self.write.line(f"\nWalls taken down: {said or 'none of that name'}.")
