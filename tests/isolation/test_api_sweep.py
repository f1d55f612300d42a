"""Every address for programs, asked with another firm's token, without a membership, in a suspended firm."""

from typing import Any

import pytest
from django.utils import timezone

from clients.models import Client
from organizations.models import Membership, Organization
from organizations.operations import verbs_of
from organizations.sign_in_policy import SignInPolicy
from tests.api import ME, Program, api_url
from tests.cast import Cast
from tests.isolation.pages import API_PAGES, VERBS, Mix, Page, mixes, nobodys_objects, our_objects
from tests.isolation.rows import changed, watch

pytestmark = pytest.mark.django_db


def by_name(place: Page) -> str:
    return place.name


def answers(program: Program, firm: Any, place: Page) -> list[tuple[int, str]]:
    found = [
        program.ask(verb, api_url(firm, place.name, **kwargs)) for kwargs in our_objects(place, firm) for verb in VERBS
    ]
    assert all(is_json(answer) for answer in found)
    return [(answer.status_code, answer.text) for answer in found]


def is_json(answer: Any) -> bool:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    return kind in ("application/json", "application/problem+json") or answer.status_code == 204


@pytest.mark.parametrize("place", API_PAGES, ids=by_name)
def test_a_member_is_answered(cast: Cast, place: Page) -> None:
    assert {status for status, _ in answers(Program(cast.ours.owner), cast.ours, place)} - {404, 405}


OUTSIDERS = ["another_firms_owner", "stranger", "suspended_member", "removed_member"]


def outsider(cast: Cast, who: str) -> Program:
    if who == "another_firms_owner":
        return Program(cast.ours.owner)
    if who == "stranger":
        return Program(cast.stranger)
    program = Program(cast.theirs.admin)
    change: dict[str, Any] = {"status": "suspended"} if who == "suspended_member" else {"deleted_at": timezone.now()}
    with cast.theirs.inside():
        Membership.objects.filter(pk=cast.theirs.admin.pk).update(**change)
    return program


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("place", API_PAGES, ids=by_name)
def test_only_members_tokens_open_the_firm(cast: Cast, place: Page, who: str) -> None:
    shut_out(cast, place, outsider(cast, who))


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("place", API_PAGES, ids=by_name)
@pytest.mark.usefixtures("no_manager_wall")
def test_the_database_alone_keeps_them_out(cast: Cast, place: Page, who: str) -> None:
    shut_out(cast, place, outsider(cast, who))


def shut_out(cast: Cast, place: Page, program: Program) -> None:
    before = watch()
    found = answers(program, cast.theirs, place)
    assert {status for status, _ in found} == {404}
    nobodys = program.get(
        api_url(cast.theirs, place.name, **next(our_objects(place, cast.theirs))).replace("okafor", "no")
    )
    assert (nobodys.status_code, nobodys.text) == found[0]
    assert not changed(before)
    assert cast.theirs.organization.name not in program.get(ME).text


@pytest.mark.parametrize("place", API_PAGES, ids=by_name)
def test_without_a_token_nothing_opens(cast: Cast, place: Page) -> None:
    assert {status for status, _ in answers(Program(), cast.ours, place)} == {401}


@pytest.mark.parametrize("place", API_PAGES, ids=by_name)
def test_a_suspended_firm_answers_no_program(cast: Cast, place: Page) -> None:
    program = Program(cast.ours.owner)
    with cast.ours.inside():
        Organization.objects.update(status="suspended")
    assert {status for status, _ in answers(program, cast.ours, place)} == {403}


@pytest.mark.parametrize("place", API_PAGES, ids=by_name)
def test_what_the_firm_asks_of_a_sign_in_counts_for_programs(cast: Cast, place: Page) -> None:
    program = Program(cast.ours.owner)
    with cast.ours.inside():
        SignInPolicy(mfa_from=timezone.localdate()).save(Organization.objects.get())
    assert {status for status, _ in answers(program, cast.ours, place)} == {403}


#: What a program would send, so that nothing but whose object it is stands in the way.
SENT = {
    "title": "Ours now", "name": "Us", "shows": ["sow", "loe", "prices"], "expires_on": "2099-01-01", "pieces": ["d1"],
    "svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>",
}  # fmt: skip


@pytest.mark.parametrize("wall", ["both", "database"])
@pytest.mark.parametrize("mix", mixes(API_PAGES), ids=str)
def test_another_firms_object_is_like_none(cast: Cast, mix: Mix, wall: str, request: pytest.FixtureRequest) -> None:
    if wall == "database":
        request.getfixturevalue("no_manager_wall")
    program, before, found = Program(cast.ours.owner), watch(), []
    for kwargs in (mix.kwargs(cast), nobodys_objects(mix.page)):
        address = api_url(cast.ours, mix.page.name, **kwargs)
        found.append([
            (verb, answer.status_code, answer.text)
            for verb in verbs_of(mix.page.view)
            for answer in [program.ask(verb.lower(), address, SENT, {"If-Match": "*"})]
        ])  # fmt: skip
    assert found[0] == found[1] and {status for _, status, _ in found[0]} == {404}
    assert not changed(before)


CLIENTS = "api_client_list"


@pytest.mark.usefixtures("no_manager_wall")
def test_the_database_alone_lists_the_firms_own_clients(cast: Cast) -> None:
    """A member of both firms, and the token of one person: the address decides, never the person."""
    with cast.theirs.inside():
        Membership.objects.create(
            user_id=cast.ours.owner.user_id, display_name="Both", email="both@x.example", role="owner"
        )
    program = Program(cast.ours.owner)
    for firm in (cast.ours, cast.theirs):
        assert [row["id"] for row in program.get(api_url(firm, CLIENTS)).json()["results"]] == [str(firm.bakery.pk)]


def test_a_role_without_the_permission_is_refused(cast: Cast) -> None:
    assert Program(cast.ours.billing).get(api_url(cast.ours, CLIENTS)).status_code == 403


def test_a_restricted_client_is_listed_to_whom_it_was_granted(cast: Cast) -> None:
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
    seen = {
        role: len(Program(cast.ours.members[role]).get(api_url(cast.ours, CLIENTS)).json()["results"])
        for role in ("owner", "member", "viewer")
    }
    assert seen == {"owner": 1, "member": 1, "viewer": 0}


def test_the_list_is_read_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.views.client_api.PER_PAGE", 2)
    with cast.ours.inside():
        for number in range(4):
            Client.objects.create(name=f"Client {number}", code=f"C{number}")
    program, found, query = Program(cast.ours.owner), [], ""
    while True:
        page = program.http.get(api_url(cast.ours, CLIENTS) + query, headers=program.headers).json()
        found += [row["code"] for row in page["results"]]
        if not (query := page["next"]):
            break
    assert found == ["C0", "C1", "C2", "C3", "NWB"]
