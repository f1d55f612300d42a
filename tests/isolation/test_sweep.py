"""Every page of a firm, asked with another firm's objects, by the person with the most rights."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from organizations.mounts import organization_url
from tests.cast import Cast, in_portal
from tests.isolation.pages import ORGANIZATION_PAGES, VERBS, Mix, Page, asked, nobodys_objects, our_objects
from tests.isolation.rows import changed, watch
from tests.isolation.visits import neutral

pytestmark = pytest.mark.django_db
ASKED = asked(ORGANIZATION_PAGES)
WITH_OBJECTS = [page for page in ORGANIZATION_PAGES if page.objects]
NOT_HERE = (404, 405)


@pytest.fixture
def owner(cast: Cast) -> Browser:
    return cast.browser(cast.ours.owner)


def ask(browser: Browser, verb: str, address: str) -> HttpResponse:
    return getattr(browser, verb)(address)


def names_of(firm: Any) -> list[bytes]:
    return [
        firm.organization.name.encode(),
        firm.bakery.name.encode(),
        firm.ana.email.encode(),
        firm.owner.email.encode(),
    ]


@pytest.mark.parametrize(("mix", "verb"), ASKED, ids=str)
def test_another_firms_object_is_not_found(cast: Cast, owner: Browser, mix: Mix, verb: str) -> None:
    not_found(cast, owner, mix, verb)


@pytest.mark.parametrize(("mix", "verb"), [case for case in ASKED if case[1] in ("get", "post")], ids=str)
@pytest.mark.usefixtures("no_manager_wall")
def test_the_database_alone_does_not_find_it(cast: Cast, owner: Browser, mix: Mix, verb: str) -> None:
    not_found(cast, owner, mix, verb)


def not_found(cast: Cast, owner: Browser, mix: Mix, verb: str) -> None:
    before = watch()
    response = ask(owner, verb, cast.ours.url(mix.page.name, **mix.kwargs(cast)))
    assert response.status_code in NOT_HERE
    assert not any(name in response.content for name in names_of(cast.theirs))
    assert not changed(before)


@pytest.mark.parametrize("place", WITH_OBJECTS, ids=lambda place: place.name)
def test_another_firms_object_is_like_none(cast: Cast, owner: Browser, place: Page) -> None:
    assert 404 in like_none(cast, owner, place)


@pytest.mark.parametrize("place", WITH_OBJECTS, ids=lambda place: place.name)
def test_another_firms_object_is_like_none_to_whoever_may_least(cast: Cast, place: Page) -> None:
    """What the viewer may not do is refused before anything is looked for, or nothing is found."""
    assert like_none(cast, cast.browser(cast.ours.viewer), place) <= {403, *NOT_HERE}


def like_none(cast: Cast, person: Browser, place: Page) -> set[int]:
    """How the page answers for another firm's objects, which is word for word how it does for none."""
    theirs, answers, before = next(our_objects(place, cast.theirs)), [], watch()
    for kwargs in (theirs, nobodys_objects(place)):
        for verb in ("get", "post"):
            response = ask(person, verb, cast.ours.url(place.name, **kwargs))
            assert not any(name in response.content for name in names_of(cast.theirs))
            answers.append((verb, response.status_code, unnamed(response, kwargs)))
    assert answers[:2] == answers[2:]
    assert not changed(before)
    return {status for _, status, _ in answers}


def unnamed(response: HttpResponse, kwargs: dict[str, Any]) -> str:
    text = neutral(response.content).decode()
    for value in kwargs.values():
        text = text.replace(str(value), "…")
    return text


@pytest.mark.parametrize("place", WITH_OBJECTS, ids=lambda place: place.name)
def test_whoever_may_least_reaches_no_other_firm(cast: Cast, place: Page) -> None:
    """By every verb, with theirs in every part of the address."""
    viewer, before = cast.browser(cast.ours.viewer), watch()
    for mix, verb in ASKED:
        if mix.page == place:
            response = ask(viewer, verb, cast.ours.url(place.name, **mix.kwargs(cast)))
            assert response.status_code in (403, *NOT_HERE), f"{verb} {mix}"
            assert not any(name in response.content for name in names_of(cast.theirs))
    assert not changed(before)


@pytest.mark.parametrize("place", WITH_OBJECTS, ids=lambda place: place.name)
@pytest.mark.usefixtures("undrawn")
def test_our_own_object_is_found(cast: Cast, owner: Browser, place: Page) -> None:
    """Otherwise the 404 of the other cases would prove nothing. How pages look is for tests/architecture/test_pages.py."""
    statuses = (
        ask(owner, verb, cast.ours.url(place.name, **kwargs)).status_code
        for kwargs in our_objects(place, cast.ours)
        for verb in ("post", "get")
    )
    assert any(status not in NOT_HERE for status in statuses), f"No verb and no object of ours reaches {place.name}."


@pytest.mark.parametrize("who", ["another_firms_owner", "stranger", "suspended_member", "removed_member"])
@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=lambda place: place.name)
def test_only_members_of_the_firm_come_in(cast: Cast, place: Page, who: str) -> None:
    person = outsider(cast, who)
    before = watch()
    for verb in ("get", "post"):
        response = ask(person, verb, cast.theirs.url(place.name, **next(our_objects(place, cast.theirs))))
        assert response.status_code == 404
        assert not any(name in response.content for name in names_of(cast.theirs))
    assert not changed(before)


def outsider(cast: Cast, who: str) -> Browser:
    if who == "another_firms_owner":
        return cast.browser(cast.ours.owner)
    if who == "stranger":
        return cast.browser(cast.stranger)
    member = cast.theirs.admin
    change = {"status": "suspended"} if who == "suspended_member" else {"deleted_at": member.created_at}
    with cast.theirs.inside():
        type(member).objects.filter(pk=member.pk).update(**change)
    return cast.browser(member)


@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=lambda place: place.name)
def test_without_a_person_every_page_leads_to_sign_in(cast: Cast, place: Page) -> None:
    """A client's contact is nobody here, whatever portal is open in the same browser."""
    before, address = watch(), cast.ours.url(place.name, **next(our_objects(place, cast.ours)))
    asking = [(Browser(), verb) for verb in VERBS] + [(in_portal(cast.ours), verb) for verb in ("get", "post")]
    for browser, verb in asking:
        response = ask(browser, verb, address)
        assert response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")
    assert not changed(before)


@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=lambda place: place.name)
def test_a_firm_that_does_not_exist_is_like_one_that_is_not_mine(cast: Cast, owner: Browser, place: Page) -> None:
    kwargs = next(our_objects(place, cast.theirs))
    answers = [
        owner.get(organization_url(slug, place.name, **kwargs)) for slug in (cast.theirs.organization.slug, "nobody")
    ]
    assert {answer.status_code for answer in answers} == {404}
    bodies = [neutral(a.content) for a in answers]
    assert bodies[0].replace(cast.theirs.organization.slug.encode(), b"nobody") == bodies[1]
