"""Which cases of the large generated families a run takes.

A family crosses every table or page with every way to ask, and its cases grow with their product. An ordinary run takes one in so many,
chosen by the case's own name: the same ones each time, spread over all tables and all ways. That run is `bin/test` without
arguments, which sets `THINNED`; `bin/test` with arguments (`bin/test .`), pytest by itself and `bin/prove-walls` take every case, and
so does `.github/workflows/whole.yml` once a week.
"""

import os
from typing import Any
from zlib import crc32

import pytest

#: Family → one case in so many. What every page answers (found, guarded, drawn) is never thinned.
ONE_IN = {
    "test_our_own_object_is_found": 1,
    "test_another_firms_object_is_not_found": 16,
    "test_another_firms_object_is_like_none": 4,
    "test_a_question_finds_our_row_and_not_theirs": 6,
    "test_a_write_aimed_at_their_row_misses": 6,
    "test_another_firms_object_is_like_none_to_whoever_may_least": 12,
    "test_whoever_may_least_reaches_no_other_firm": 12,
    "test_only_members_of_the_firm_come_in": 12,
    "test_the_database_alone_does_not_find_it": 8,
    "test_no_form_offers_or_takes_another_firms_row_from_the_database_alone": 8,
    "test_ids_slipped_into_a_post_reach_no_other_firm": 6,
    "test_ids_in_the_query_show_no_other_firm": 12,
    "test_the_other_firm_changes_no_answer": 12,
    "test_planting_over_a_row_is_like_planting_beside_it": 4,
    "test_only_members_tokens_open_the_firm": 4,
    "test_the_database_alone_keeps_them_out": 4,
    "test_a_table_left_open_is_noticed": 4,
    "test_a_write_by_id_stays_in_the_firm_that_writes": 8,
    "test_no_form_offers_or_takes_another_firms_row": 8,
    "test_without_a_person_every_page_leads_to_sign_in": 8,
    "test_no_page_of_the_firm_answers": 12,
    "test_no_page_opens_without_the_second_factor": 12,
    "test_a_firm_that_does_not_exist_is_like_one_that_is_not_mine": 6,
    "test_a_page_whose_answer_cannot_be_finished_writes_nothing": 6,
    "test_the_application_cannot_open_a_table": 4,
    "test_a_used_connection_has_no_firm": 4,
    "test_a_fresh_connection_has_no_firm": 4,
    "test_operators_change_nothing_outside_an_entered_firm": 4,
    "test_no_role_takes_more_than_its_grants": 4,
    "test_the_server_does_what_the_guard_says": 24,
}
#: Of every other family that tries to cross, for every table or page: each is tried in half of the ways.
CROSSING, ONE_CROSSING_IN = "tests/isolation/", 2
#: Families in which every page is tried, whatever their share, by one of the usual verbs.
EVERY_PAGE = ("::test_another_firms_object_is_not_found",)
#: Of the verbs that forms and links never send, one case in so many.
RARE, ONE_RARE_IN = ("-head", "-options", "-put", "-patch", "-delete"), 6


def thinned() -> bool:
    return bool(os.environ.get("THINNED"))


def some_of[Named](things: list[Named], share: int) -> list[Named]:
    """For one test that goes through them all: of pages by name, one in so many in an ordinary run."""
    return [one for one in things if not thinned() or crc32(str(getattr(one, "name", one)).encode()) % share == 0]


def is_taken(family: str, node: str) -> bool:
    share = ONE_IN.get(family.rpartition("::")[2], ONE_CROSSING_IN if family.startswith(CROSSING) else 1)
    if node.removesuffix("]").endswith(RARE):
        share = max(share, ONE_RARE_IN)
    return crc32(node.encode()) % share == 0


def some_cases(family: str, cases: list[Any]) -> list[Any]:
    """Of a family as pytest is about to make it: never none, and of every page one where that is promised."""
    taken = [case for case in cases if is_taken(family, f"{family}[{case.id}]")]
    if family.endswith(EVERY_PAGE):
        one = {page_of(case): case for case in sorted(cases, key=by_chance) if not case.id.endswith(RARE)}
        taken += [one[page] for page in one.keys() - {page_of(case) for case in taken}]
    ids = {case.id for case in taken}
    return [case for case in cases if case.id in ids] or cases[:1]


def page_of(case: Any) -> str:
    return str(case.id).partition("-")[0]


def by_chance(case: Any) -> int:
    return crc32(case.id.encode())


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is left out is never made: to make a case costs as much as many a test."""
    if thinned() and metafunc._calls:
        metafunc._calls = some_cases(metafunc.definition.nodeid, metafunc._calls)
