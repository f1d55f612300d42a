"""Every page of a firm, asked by everybody: the guard above the view is what the server does."""

from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.template.base import Template
from django.test import RequestFactory

from organizations.models import CustomRole, Membership, MembershipRole
from organizations.operations import permission_of
from organizations.permissions import Permission
from tests.api import Program, api_url
from tests.cast import ROLES
from tests.isolation.pages import API_PAGES, ORGANIZATION_PAGES, our_objects

pytestmark = pytest.mark.django_db
PEOPLE = (*ROLES, "empty_role", "denied", "suspended")


def person(firm, name):
    """One of the five, or the member with a role of nothing, with everything denied, or suspended."""
    with firm.inside():
        member = Membership.objects.get(pk=firm.members[name if name in ROLES else "member"].pk)
        if name == "empty_role":
            MembershipRole.objects.create(member=member, role=CustomRole.objects.create(name="Nothing"))
        if name == "denied":
            member.permissions = {permission.value: False for permission in Permission}
        if name == "suspended":
            member.status = "suspended"
        member.save()
        allowed = member.effective_permissions()
    return member, allowed


@pytest.fixture
def undrawn(monkeypatch):
    """Answers without their text: what the pages say is for other tests, and takes most of the time."""
    monkeypatch.setattr(Template, "_render", lambda template, context: "")


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=lambda place: place.name)
def test_the_server_does_what_the_guard_says(cast, place, name, undrawn):
    url = cast.ours.url(place.name, **next(our_objects(place, cast.ours)))
    member, allowed = person(cast.ours, name)
    answers_as_guarded(place, url, name, allowed, cast.browser(member))


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "suspended"])  # who comes past no door
def test_every_guard_lets_through_whom_the_table_names(cast, name):
    """Every page and everybody, at the guard itself: an ordinary run asks a part of them over HTTP (tests/thinning.py)."""
    member, allowed = person(cast.ours, name)
    request = RequestFactory().get("/")
    request.member = member
    for place in ORGANIZATION_PAGES:
        needed = place.view.required_permission
        with cast.ours.inside(), bare(place.view) as guarded:
            try:
                let_in = guarded(request) == "in"
            except PermissionDenied:
                let_in = False
        assert let_in == (needed is None or needed in allowed), f"{place.name} as {name}"


@contextmanager
def bare(view):
    """The guard of a view, with nothing behind it."""
    while view.__code__.co_name != "guarded":
        view = view.__wrapped__
    behind = dict(zip(view.__code__.co_freevars, view.__closure__, strict=True))["view"]
    usual, behind.cell_contents = behind.cell_contents, lambda request: "in"
    try:
        yield view
    finally:
        behind.cell_contents = usual


def test_programs_are_answered_as_the_guards_say(cast):
    for name in (*ROLES, "denied"):
        with as_if_never_asked():
            member, allowed = person(cast.ours, name)
            program = Program(member)
            for place in API_PAGES:
                asked = api_url(cast.ours, place.name, **next(our_objects(place, cast.ours)))
                for verb in ("get", "post", "patch", "delete"):
                    needed = permission_of(place.view, verb)
                    status = program.ask(verb, asked).status_code
                    refused = needed is not None and needed not in allowed
                    assert status == 405 or (status == 403) == refused, f"{verb} {place.name} as {name}: {status}"


def answers_as_guarded(place, url, name, allowed, browser):
    needed = place.view.required_permission
    for verb in ("get", "post"):
        status = getattr(browser, verb)(url).status_code
        if name == "suspended":
            assert status == 404
        elif status != 405:
            refused = needed is not None and needed not in allowed
            assert (status == 403) == refused, f"{verb} {place.name} as {name}: {status}"
        if place.name == "member_leaving":
            break


@contextmanager
def as_if_never_asked():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


def test_the_page_about_permissions_is_fresh():
    call_command("permissions_docs", check=True)
