"""Every page of a firm, asked by everybody: the guard above the view is what the server does."""

from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.test import RequestFactory

from organizations.models import CustomRole, Membership, MembershipRole
from organizations.operations import permission_of
from organizations.permissions import Permission
from tests.api import Program, api_url
from tests.cast import ROLES
from tests.isolation.pages import API_PAGES, ORGANIZATION_PAGES, our_objects

pytestmark = pytest.mark.django_db
PEOPLE = (*ROLES, "own_role", "denied", "suspended")

#: What the guards let the role of the firm's own do, and a rule below them does not: nobody touches what is above their
#: built-in role, and a package of evidence asks for a second permission, to see requests.
REFUSED_BELOW = {
    "own_role": {
        ("post", "access_token_revocation"),
        ("post", "domain_detail"),
        ("get", "domain_removal"),
        ("post", "domain_removal"),
        ("post", "invitation_resend"),
        ("post", "invitation_revocation"),
        ("get", "evidence_package"),
        ("get", "evidence_package_download"),
    }
}


def person(firm, name):
    """One of the five, the payer with a role of the firm's own, or the member with everything denied, or suspended."""
    with firm.inside():
        built_in = "billing" if name == "own_role" else "member"
        member = Membership.objects.get(pk=firm.members[name if name in ROLES else built_in].pk)
        if name == "own_role":
            role = CustomRole.objects.create(name="Every second thing", permissions=list(Permission)[::2])
            MembershipRole.objects.create(member=member, role=role)
        if name == "denied":
            member.permissions = {permission.value: False for permission in Permission}
        if name == "suspended":
            member.status = "suspended"
        member.save()
        allowed = member.effective_permissions()
    return member, allowed


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
    for name in PEOPLE:
        with as_if_never_asked():
            member, allowed = person(cast.ours, name)
            program = Program(member)
            for place in API_PAGES:
                asked = api_url(cast.ours, place.name, **next(our_objects(place, cast.ours)))
                for verb in ("get", "post", "patch", "delete"):
                    needed = permission_of(place.view, verb)
                    status = program.ask(verb, asked).status_code
                    refused = needed is not None and needed not in allowed
                    expected = status == 404 if name == "suspended" else status == 405 or (status == 403) == refused
                    assert expected, f"{verb} {place.name} as {name}: {status}"


def answers_as_guarded(place, url, name, allowed, browser):
    needed = place.view.required_permission
    for verb in ("get", "post"):
        status = getattr(browser, verb)(url).status_code
        if name == "suspended":
            assert status == 404
        elif status != 405:
            refused = needed is not None and needed not in allowed
            refused = refused or (verb, place.name) in REFUSED_BELOW.get(name, ())
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
