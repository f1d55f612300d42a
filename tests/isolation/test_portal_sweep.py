"""Every page of the portal, asked by one client's contact with another firm's objects and addresses."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from organizations.mounts import portal_url
from tests.cast import Cast, Firm, in_portal
from tests.isolation.pages import PORTAL_PAGES, VERBS, Mix, Page, asked, our_objects
from tests.isolation.rows import changed, watch

pytestmark = pytest.mark.django_db
ASKED = asked(PORTAL_PAGES)
WITH_OBJECTS = [place for place in PORTAL_PAGES if place.objects]
#: What a visit itself may write of the visitor: when they were last seen.
VISIT = {"client_portal_sessions", "client_contacts", "audit_logs"}


def by_name(place: Page) -> str:
    return place.name


@pytest.fixture
def ana(cast: Cast) -> Browser:
    return in_portal(cast.ours)


def shows(response: HttpResponse, firm: Firm) -> list[str]:
    """Which of the firm's names the answer tells."""
    names = [firm.bakery.name, firm.ana.email, firm.owner.email, firm.pending.title, firm.document.name]
    return [name for name in names[:3] if name in response.content.decode()]


def harmed(cast: Cast, before: Any) -> set[tuple[str, Any]]:
    ours = cast.ours.organization.pk
    return {(table, firm) for table, firm in changed(before) if firm != ours or table not in VISIT}


@pytest.mark.parametrize(("mix", "verb"), ASKED, ids=str)
def test_another_firms_object_is_not_found(cast: Cast, ana: Browser, mix: Mix, verb: str) -> None:
    not_found(cast, ana, mix, verb)


@pytest.mark.parametrize(("mix", "verb"), [case for case in ASKED if case[1] in ("get", "post")], ids=str)
@pytest.mark.usefixtures("no_manager_wall")
def test_the_database_alone_does_not_find_it(cast: Cast, ana: Browser, mix: Mix, verb: str) -> None:
    not_found(cast, ana, mix, verb)


def not_found(cast: Cast, ana: Browser, mix: Mix, verb: str) -> None:
    before = watch()
    response = getattr(ana, verb)(cast.ours.portal(mix.page.name, **mix.kwargs(cast)))
    assert response.status_code in (404, 405)
    assert not shows(response, cast.theirs)
    assert not harmed(cast, before)


@pytest.mark.parametrize("place", WITH_OBJECTS, ids=by_name)
def test_our_own_object_is_found(cast: Cast, ana: Browser, place: Page) -> None:
    statuses = (
        getattr(ana, verb)(cast.ours.portal(place.name, **kwargs)).status_code
        for kwargs in our_objects(place, cast.ours)
        for verb in ("post", "get")
    )
    assert any(status not in (404, 405) for status in statuses), f"No verb and no object of Ana's reaches {place.name}."


@pytest.mark.parametrize("place", PORTAL_PAGES, ids=by_name)
def test_another_contacts_address_is_not_opened_by_my_cookie(cast: Cast, ana: Browser, place: Page) -> None:
    before = watch()
    response = ana.get(cast.theirs.portal(place.name, **next(our_objects(place, cast.theirs))))
    assert not shows(response, cast.theirs)
    if place.view.portal_guard == "contact":
        assert response.status_code in (302, 404, 405)
    assert not {key for key in changed(before) if key[0] not in VISIT}


@pytest.mark.parametrize("place", PORTAL_PAGES, ids=by_name)
def test_without_a_cookie_nothing_is_shown(cast: Cast, place: Page) -> None:
    before = watch()
    for verb in VERBS:
        response = getattr(Browser(), verb)(cast.ours.portal(place.name, **next(our_objects(place, cast.ours))))
        assert not shows(response, cast.ours)
        if place.view.portal_guard == "contact":
            assert response.status_code in (302, 404, 405)
    if place.view.portal_guard == "contact":
        assert not changed(before)


@pytest.mark.parametrize("place", PORTAL_PAGES, ids=by_name)
def test_an_address_of_nobody_is_not_found(cast: Cast, ana: Browser, place: Page) -> None:
    kwargs = next(our_objects(place, cast.ours))
    response = ana.get(portal_url("nobodyatall0000x", place.name, **kwargs))
    assert response.status_code in (302, 404, 405)
    assert not shows(response, cast.ours) and not shows(response, cast.theirs)
