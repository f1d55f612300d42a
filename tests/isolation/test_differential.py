"""Non-interference: whatever a firm asks, the answer is the same with and without the other firm in the database.

Every question goes to two databases, one with both firms and one from which the other firm has been removed. Nothing
needs to be known of what a crossing would look like: any difference is one.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import time_machine
from django.core.exceptions import FieldError
from django.db import DatabaseError
from django.db.models.sql import Query
from hypothesis import Phase, given, settings

from tenancy.context import OWNER, surface
from tenancy.isolation import TENANT
from tenancy.manager import TenantPredicate
from tests.cast import Cast, Firm
from tests.isolation.copies import as_owner_of, using
from tests.isolation.pages import ORGANIZATION_PAGES
from tests.isolation.queries import SPLIT_EXCLUDE, Question, questions
from tests.isolation.rows import MODELS, TABLES, column, run, snapshot
from tests.isolation.visits import Visit, content, neutral, readable, searches, visits
from tests.isolation.worlds import Worlds, made_worlds, mentions
from tests.profiles import examples
from tests.thinning import thinned

#: An address that names a row.
A_ROW = re.compile(rb'href="[^"]*/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/')


@pytest.fixture(scope="module")
def worlds(permanent_cast: Cast, django_db_blocker: Any) -> Iterator[Worlds]:
    with django_db_blocker.unblock(), made_worlds(permanent_cast) as made:
        yield made


@pytest.fixture(autouse=True)
def unblocked(
    django_db_blocker: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    monkeypatch.setattr(Query, "split_exclude", SPLIT_EXCLUDE)  # no cluster here: questions of every form
    with django_db_blocker.unblock():
        yield


def test_the_second_database_holds_the_first_firm_and_nothing_of_the_other(worlds: Worlds) -> None:
    ours, found = worlds.cast.ours.organization.pk, []
    for world in worlds:
        with as_owner_of(world.settings_dict["NAME"]):
            found.append({key: digest for key, digest in snapshot().items() if key[1] == ours})
    assert found[0] == found[1] and found[0]
    with as_owner_of(worlds.alone.settings_dict["NAME"]):
        assert mentions(worlds.cast.theirs) == []
        assert len(mentions(worlds.cast.ours)) > 10


# --- queries --------------------------------------------------------------------------------------------------------


@contextmanager
def database_alone(firm: Firm) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, firm.inside():
        patch.setattr(TenantPredicate, "as_sql", lambda *args, **kwargs: ("TRUE", []))
        yield


@contextmanager
def manager_alone(firm: Firm) -> Iterator[None]:
    """As the owner, whom the policies let see every row."""
    with surface(OWNER), firm.inside():
        yield


WALLS: dict[str, Callable[[Firm], AbstractContextManager[Any]]] = {
    "both_walls": lambda firm: firm.inside(),
    "the_database_alone": database_alone,
    "the_manager_alone": manager_alone,
}


def answer(question: Question, walls: Callable[[Firm], AbstractContextManager[Any]], firm: Firm) -> tuple[str, Any]:
    try:
        with walls(firm):
            return "answer", question.answer()
    except (DatabaseError, FieldError) as error:
        return type(error).__name__, str(error)


def compare(worlds: Worlds, table: str, walls: str, **how: Any) -> Counter[str]:
    """Ask both databases the same questions of one table; says how often something was found."""
    heard: Counter[str] = Counter()

    @settings(examples(12), **how)
    @given(question=questions(MODELS[table], worlds.samples))
    def ask(question: Question) -> None:
        answers = []
        for world in worlds:
            with using(world):
                answers.append(answer(question, WALLS[walls], worlds.cast.ours))
        kind, said = answers[0]
        heard[kind if kind != "answer" else "something" if said else "nothing"] += 1
        assert answers[0] == answers[1]

    ask()
    return heard


@pytest.mark.parametrize("walls", WALLS)
@pytest.mark.parametrize("table", TABLES)
def test_the_other_firm_changes_no_answer(worlds: Worlds, table: str, walls: str) -> None:
    heard = compare(worlds, table, walls)
    assert heard["something"] >= heard.total() / 4, f"Questions that find nothing prove nothing: {heard}"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_left_open_is_noticed(worlds: Worlds, table: str) -> None:
    with left_open(worlds, table), pytest.raises(AssertionError):
        compare(worlds, table, "the_database_alone", phases=[Phase.generate])


@contextmanager
def left_open(worlds: Worlds, table: str) -> Iterator[None]:
    """The policy lets the application read every row."""
    set_policy(worlds, table, "true")
    try:
        yield
    finally:
        set_policy(worlds, table, f'"{column(table)}" = {TENANT}')


def set_policy(worlds: Worlds, table: str, rows: str) -> None:
    with as_owner_of(worlds.both.settings_dict["NAME"]):
        run(f'ALTER POLICY tenant ON "{table}" USING ({rows})')


# --- pages ----------------------------------------------------------------------------------------------------------


def test_the_other_firm_changes_no_page(worlds: Worlds) -> None:
    seen: Counter[int] = Counter()
    places = readable(worlds)

    @examples(40 if thinned() else 100)
    @given(visit=visits(worlds, places))
    def ask(visit: Visit) -> None:
        answers = []
        for world in worlds:
            with using(world):
                answers.append(visit.answer(worlds))
        seen[answers[0].status] += 1
        assert answers[0].status < 500
        assert answers[0] == answers[1]

    with time_machine.travel(worlds.moment, tick=False):
        ask()
    assert seen[200] > seen.total() / 2, f"Pages that show nothing prove nothing: {seen}"


def test_the_other_firm_changes_no_search(worlds: Worlds) -> None:
    """Counts, ranks, likenesses and the next page: each could tell of rows that are not shown."""
    found: Counter[bool] = Counter()

    @settings(examples(24), phases=[Phase.generate])  # small enough as they are drawn
    @given(visit=searches(worlds))
    def ask(visit: Visit) -> None:
        answers = []
        for world in worlds:
            with using(world):
                answers.append(visit.answer(worlds))
        found[bool(A_ROW.search(answers[0].body))] += 1
        assert answers[0].status == 200
        assert answers[0] == answers[1]

    with time_machine.travel(worlds.moment, tick=False):
        ask()
    assert found[True] > found.total() / 3, f"Searches that find nothing prove nothing: {found}"


def test_nothing_else_differs_between_two_visits(worlds: Worlds) -> None:
    """What is left out of the comparison is what differs from visit to visit, and no more."""
    page = next(page for page in ORGANIZATION_PAGES if page.name == "client_create")
    with using(worlds.both):
        texts = [content(Visit("owner", page, {}, {}, False).response(worlds)) for _ in range(2)]
    assert texts[0] != texts[1]
    assert neutral(texts[0]) == neutral(texts[1])
