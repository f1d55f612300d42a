"""Who somebody is, across firms: memberships, sessions, invitations and links open what they were made for, and end."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import UserSession
from accounts.session_store import token_hash
from clients.models import Client
from organizations.models import Invitation, Membership
from organizations.mounts import organization_url, portal_url, root_url
from portal.models import MagicLinkToken, PortalSession
from tenancy.context import IDENTITY, acting_as, surface
from tests.cast import PASSWORD, Cast, Firm, in_portal, signed_in
from tests.isolation.rows import changed, snapshot

pytestmark = pytest.mark.django_db


def join(person: Membership, firm: Firm, role: str = "viewer") -> Membership:
    """The person becomes a member of another firm too."""
    with firm.inside():
        return Membership.objects.create(
            user_id=person.user_id, display_name=person.display_name, email=person.email, role=role
        )


def today(firm: Firm) -> str:
    return firm.url("today")


# --- memberships ------------------------------------------------------------------------------------------------

ENDINGS: dict[str, Callable[[Firm, Membership], Any]] = {
    "suspended": lambda firm, member: Membership.objects.filter(pk=member.pk).update(status="suspended"),
    "pending": lambda firm, member: Membership.objects.filter(pk=member.pk).update(status="pending"),
    "removed": lambda firm, member: Membership.objects.filter(pk=member.pk).update(deleted_at=timezone.now()),
    "deleted": lambda firm, member: Membership.objects.filter(pk=member.pk)._raw_delete("default"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_is_out_of_one_firm_is_out_at_the_next_request_and_stays_in_the_other(cast: Cast, ending: str) -> None:
    both = join(cast.ours.viewer, cast.theirs)
    browser = signed_in(cast.ours.viewer)
    assert [browser.get(today(firm)).status_code for firm in (cast.ours, cast.theirs)] == [200, 200]
    with cast.theirs.inside():
        ENDINGS[ending](cast.theirs, both)
    assert [browser.get(today(firm)).status_code for firm in (cast.ours, cast.theirs)] == [200, 404]
    firms = browser.get(root_url("firm_list"), {"choose": ""}).content.decode()
    assert cast.ours.organization.name.split()[0] in firms and cast.theirs.organization.name not in firms


def test_a_role_counts_in_its_own_firm_alone(cast: Cast) -> None:
    join(cast.ours.owner, cast.theirs, role="viewer")
    browser = signed_in(cast.ours.owner)
    for name in ("firm_settings", "client_create", "invitation_list"):
        assert browser.get(cast.ours.url(name)).status_code == 200
        assert browser.get(cast.theirs.url(name)).status_code == 403


def test_what_a_person_does_in_one_firm_is_not_done_in_the_other(cast: Cast) -> None:
    join(cast.ours.owner, cast.theirs, role="owner")
    before = snapshot()
    data = {"name": "Only ours", "type": "company", "status": "active", "access": "firm"}
    assert signed_in(cast.ours.owner).post(cast.ours.url("client_create"), data).status_code == 302
    assert {firm for _, firm in changed(before)} == {cast.ours.organization.pk}


def test_a_member_of_both_firms_brings_no_ids_along(cast: Cast) -> None:
    """Even who may see both sees each under its own address alone."""
    there = join(cast.ours.owner, cast.theirs, role="owner")
    browser = signed_in(cast.ours.owner)
    assert browser.get(cast.theirs.url("client_detail", client_id=cast.theirs.bakery.pk)).status_code == 200
    assert browser.get(cast.ours.url("client_detail", client_id=cast.theirs.bakery.pk)).status_code == 404
    role = cast.ours.url("member_role", member_id=there.pk)
    assert browser.post(role, {"role": "viewer"}).status_code == 404


def test_a_member_sees_of_a_colleague_nothing_of_other_firms(cast: Cast) -> None:
    join(cast.ours.member, cast.theirs)
    for page in (cast.ours.url("member_list"), cast.ours.url("today")):
        assert cast.theirs.organization.name not in signed_in(cast.ours.owner).get(page).content.decode()


@pytest.mark.parametrize("who", ["operator", "stranger", "own_client", "their_client"])
def test_who_is_no_member_of_the_firm_does_not_come_in(cast: Cast, who: str) -> None:
    browser = {
        "operator": lambda: signed_in(cast.operator),
        "stranger": lambda: signed_in(cast.stranger),
        "own_client": lambda: in_portal(cast.ours),
        "their_client": lambda: in_portal(cast.theirs),
    }[who]()
    answer = browser.get(today(cast.ours))
    assert answer.status_code == (404 if who in ("operator", "stranger") else 302)
    assert cast.ours.organization.name not in answer.content.decode()


@pytest.mark.parametrize("slug", ["HARCOURT", "Harcourt", "harcourt%20", "harcourt%00", "harcourt.", "harcour_", "%25"])
def test_an_address_that_only_resembles_a_firms_is_not_found(cast: Cast, slug: str) -> None:
    answer = signed_in(cast.ours.owner).get(f"/o/{slug}/")
    assert answer.status_code == 404 and cast.ours.bakery.name not in answer.content.decode()


# --- sessions ---------------------------------------------------------------------------------------------------


def with_cookie(value: str) -> Browser:
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = value
    return browser


BENT: dict[str, Callable[[str], str]] = {
    "truncated": lambda value: value[:-1],
    "longer": lambda value: value + "a",
    "other_case": str.swapcase,
    "spaced": lambda value: f" {value}",
    "its_own_hash": lambda value: sha256(value.encode()).hexdigest(),
    "wildcard": lambda value: "%",
    "empty": lambda value: "",
    "quote": lambda value: f"{value}' OR true --",
}


@pytest.mark.parametrize("bend", BENT)
def test_a_bent_session_key_signs_nobody_in(cast: Cast, bend: str) -> None:
    key = signed_in(cast.ours.owner).cookies[settings.SESSION_COOKIE_NAME].value
    assert with_cookie(key).get(today(cast.ours)).status_code == 200
    assert with_cookie(BENT[bend](key)).get(today(cast.ours)).status_code == 302


@pytest.mark.parametrize("ending", ["revoked", "expired", "deleted"])
def test_a_session_that_ended_opens_no_firm(cast: Cast, ending: str) -> None:
    browser = signed_in(cast.ours.owner)
    mine = token_hash(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    with acting_as(cast.ours.owner.user_id):
        rows = UserSession.objects.filter(token_hash=mine)
        if ending == "deleted":
            rows.delete()
        else:
            rows.update(**{"revoked_at" if ending == "revoked" else "expires_at": "2020-01-01T00:00Z"})
    for firm in (cast.ours, cast.theirs):
        assert browser.get(today(firm)).status_code == 302


def test_nobody_ends_or_changes_anothers_session(cast: Cast) -> None:
    """Inside a firm the application reaches the sessions of the person who acts, and no colleague's."""
    signed_in(cast.ours.member)
    with cast.ours.inside(cast.ours.owner):
        theirs = UserSession.objects.filter(user_id=cast.ours.member.user_id)
        assert theirs.update(revoked_at=timezone.now()) == 0 and theirs.delete()[0] == 0


def test_a_session_cookie_is_no_portal_cookie_and_the_other_way_round(cast: Cast) -> None:
    key = signed_in(cast.ours.owner).cookies[settings.SESSION_COOKIE_NAME].value
    portal = Browser()
    portal.cookies[settings.PORTAL_COOKIE_NAME] = key
    assert portal.get(cast.ours.portal("portal_home")).status_code == 302
    assert with_cookie(cast.ours.portal_cookie).get(today(cast.ours)).status_code == 302


# --- invitations ------------------------------------------------------------------------------------------------


def invite(firm: Firm, person: Any) -> str:
    """An invitation of the firm to the person's address; returns its link."""
    with firm.inside():
        Invitation.objects.filter(pk=firm.invitation.pk).update(email=person.email)
    return root_url("invitation_detail", token=firm.invitation_token)


@pytest.mark.parametrize("bend", [bend for bend in BENT if bend not in ("empty", "quote", "spaced")])
def test_a_bent_invitation_is_like_none(cast: Cast, bend: str) -> None:
    invite(cast.theirs, cast.ours.member)
    link = root_url("invitation_detail", token=BENT[bend](cast.theirs.invitation_token))
    for verb in ("get", "post"):
        answer = getattr(signed_in(cast.ours.member), verb)(link)
        assert answer.status_code == 404 and cast.theirs.organization.name not in answer.content.decode()


def test_an_invitation_of_another_firm_gives_its_own_role_and_nothing_here(cast: Cast) -> None:
    """A viewer of ours who is invited there as a member becomes that there, and stays a viewer here."""
    browser, before = signed_in(cast.ours.viewer), snapshot()
    assert browser.post(invite(cast.theirs, cast.ours.viewer)).url == today(cast.theirs)
    assert {firm for _, firm in changed(before)} == {cast.theirs.organization.pk}
    assert browser.get(cast.ours.url("client_create")).status_code == 403
    assert browser.get(cast.theirs.url("client_create")).status_code == 200


def test_an_invitation_is_spent_once_whoever_tries_again(cast: Cast) -> None:
    link = invite(cast.theirs, cast.ours.viewer)
    assert signed_in(cast.ours.viewer).post(link).status_code == 302
    with cast.theirs.inside():
        Membership.objects.filter(user_id=cast.ours.viewer.user_id).update(deleted_at=timezone.now())
    for person in (cast.ours.viewer, cast.ours.owner, cast.stranger):
        assert signed_in(person).post(link).status_code == 410
    assert signed_in(cast.ours.viewer).get(today(cast.theirs)).status_code == 404


@pytest.mark.parametrize("verb", ["get", "post"])
def test_an_invitation_seen_by_somebody_else_lets_nobody_in(cast: Cast, verb: str) -> None:
    link, before = invite(cast.theirs, cast.theirs.viewer), snapshot()
    for browser in (Browser(), signed_in(cast.ours.owner), in_portal(cast.ours)):
        answer = getattr(browser, verb)(link)
        assert answer.status_code in (200, 302, 409)
        assert browser.get(today(cast.theirs)).status_code in (302, 404)
    assert not changed(before)


# --- the portal -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bend", [bend for bend in BENT if bend not in ("empty", "quote", "spaced")])
def test_a_bent_link_opens_nothing(cast: Cast, bend: str) -> None:
    link = cast.ours.portal("portal_link", token=BENT[bend](cast.ours.link_token))
    answer = Browser().post(link, follow=True)
    assert answer.status_code == 410 and settings.PORTAL_COOKIE_NAME not in answer.cookies
    with cast.ours.inside():
        assert MagicLinkToken.objects.get(pk=cast.ours.magic_link.pk).used_at is None


@pytest.mark.parametrize("bend", BENT)
def test_a_bent_portal_cookie_signs_nobody_in(cast: Cast, bend: str) -> None:
    browser = Browser()
    browser.cookies[settings.PORTAL_COOKIE_NAME] = BENT[bend](cast.ours.portal_cookie)
    assert browser.get(cast.ours.portal("portal_home")).status_code == 302


@pytest.mark.parametrize("bend", ["truncated", "longer", "other_case", "wildcard"])
def test_a_bent_portal_address_is_nobodys(cast: Cast, bend: str) -> None:
    key = BENT[bend](cast.ours.ana.portal_key)
    answer = in_portal(cast.ours).get(f"/portal/{key}/requests/")
    assert answer.status_code == 404 and cast.ours.organization.name not in answer.content.decode()


def test_their_link_under_our_address_is_not_even_spent(cast: Cast) -> None:
    for browser in (Browser(), in_portal(cast.ours), in_portal(cast.theirs)):
        browser.post(cast.ours.portal("portal_link", token=cast.theirs.link_token), follow=True)
    with cast.theirs.inside():
        assert MagicLinkToken.objects.get(pk=cast.theirs.magic_link.pk).used_at is None
        assert PortalSession.objects.count() == 1


def test_a_contact_of_both_firms_has_two_portals(cast: Cast) -> None:
    """The same address at both: a cookie of one, even with the other's key, opens the one."""
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            type(firm.ana).objects.filter(pk=firm.ana.pk).update(email="ana@both.example")
    browser = in_portal(cast.ours)
    assert browser.get(cast.ours.portal("portal_home")).status_code == 200
    assert browser.get(cast.theirs.portal("portal_home")).status_code == 302


# --- where one is led afterwards --------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "\thttps://evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_leads_to_no_other_host(cast: Cast, target: str) -> None:
    login = {"login": cast.ours.owner.email, "password": PASSWORD, "next": target}
    assert Browser().post("/accounts/login/", login).url == "/firms/"
    for name in ("portal_entry", "portal_code"):
        led = in_portal(cast.ours).get(cast.ours.portal(name), {"next": target})
        assert led.url == cast.ours.portal("portal_home")


def test_next_into_another_firm_ends_at_its_closed_door(cast: Cast) -> None:
    browser = Browser()
    login = {"login": cast.ours.owner.email, "password": PASSWORD, "next": today(cast.theirs)}
    answer = browser.post("/accounts/login/", login, follow=True)
    assert answer.redirect_chain == [(today(cast.theirs), 302)] and answer.status_code == 404
    assert cast.theirs.organization.name not in answer.content.decode()


@pytest.mark.parametrize("way", ["portal_entry", "portal_code"])
def test_next_in_one_portal_leads_into_no_other(cast: Cast, way: str) -> None:
    there = cast.theirs.portal("portal_request", request_id=cast.theirs.pending.pk)
    for target in (there, there.removeprefix("/"), f"../{cast.theirs.ana.portal_key}/requests/"):
        led = in_portal(cast.ours).get(cast.ours.portal(way), {"next": target})
        assert led.url == cast.ours.portal("portal_home")


@pytest.mark.parametrize(
    "host", ["evil.example", "okafor.localhost", "localhost.evil.example", "localhost@evil.example"]
)
def test_another_host_chooses_no_firm(cast: Cast, host: str) -> None:
    answer = signed_in(cast.ours.owner).get(today(cast.ours), headers={"host": host})
    assert answer.status_code == 400 and cast.ours.bakery.name not in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Prefix", "X-Script-Name", "X-Original-URL", "X-Rewrite-URL", "X-Tenant", "X-Organization"]
)
def test_no_header_chooses_a_firm(cast: Cast, header: str) -> None:
    for value in (today(cast.theirs), cast.theirs.organization.slug, str(cast.theirs.organization.pk)):
        page = signed_in(cast.ours.owner).get(cast.ours.url("client_list"), headers={header: value}).content.decode()
        assert cast.ours.bakery.name in page and cast.theirs.bakery.name not in page


def test_a_path_that_climbs_leads_into_no_other_firm(cast: Cast) -> None:
    browser = signed_in(cast.ours.owner)
    slug = cast.theirs.organization.slug
    for path in (f"../{slug}/", f"..%2f{slug}/", f"%2e%2e/{slug}/", f"//o/{slug}/", f"o/{slug}/", f"..;/{slug}/"):
        answer = browser.get(f"/o/harcourt/{path}")
        assert answer.status_code in (301, 302, 404) and cast.theirs.bakery.name not in answer.content.decode()


def test_addresses_are_made_for_the_firm_they_name(cast: Cast) -> None:
    """One request's prefix is not left behind for the address of another firm."""
    signed_in(cast.ours.owner).get(today(cast.ours))
    assert organization_url("okafor", "today") == "/o/okafor/"
    assert portal_url("key", "portal_home") == "/portal/key/requests/"
    assert root_url("firm_list") == "/firms/"


def test_the_sign_in_role_is_left_behind_with_its_pages(cast: Cast) -> None:
    """Signing in and the first page of a firm are two requests of two roles on one connection."""
    browser = Browser()
    with surface(IDENTITY):
        UserSession.objects.all().delete()  # those the cast keeps
    browser.post("/accounts/login/", {"login": cast.ours.owner.email, "password": PASSWORD})
    page = browser.get(cast.ours.url("client_list")).content.decode()
    assert cast.ours.bakery.name in page and cast.theirs.bakery.name not in page
    with surface(IDENTITY):
        assert UserSession.objects.filter(user_id=cast.ours.owner.user_id).count() == 1
    with cast.ours.inside():
        assert {client.organization_id for client in Client.objects.all()} == {cast.ours.organization.pk}
