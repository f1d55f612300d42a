"""Tokens a member makes for programs: shown once, for one firm, never more than the member may, ended at once."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts import policies
from accounts.models import User
from organizations import access_tokens, member_changes
from organizations.models import AccessToken, Membership
from organizations.sign_in_policy import SignInPolicy
from tenancy.context import IDENTITY, surface
from tests.api import ME, api_url
from tests.cast import Cast, came_by, signed_in

pytestmark = pytest.mark.django_db
CHOSEN = {"name": "Month-end script", "days": "30", "permissions": ["view_clients"]}


@pytest.fixture
def confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person has just given the password again."""
    monkeypatch.setattr(policies, "confirmed_lately", lambda request: True)


def made(cast: Cast, member: Membership, **chosen: Any) -> str:
    answer = signed_in(member).post(cast.ours.url("access_token_create"), CHOSEN | chosen)
    assert answer.status_code == 201
    found = re.search(r"tickmark_[\w-]{43}", answer.text)
    assert found
    return found[0]


def ask(token: str, path: str) -> Any:
    return Browser().get(path, headers={"Authorization": f"Bearer {token}"})


def clients_of(firm: Any) -> str:
    return api_url(firm, "api_client_list")


@pytest.mark.usefixtures("confirmed")
def test_a_token_reads_what_its_member_sees(cast: Cast) -> None:
    token = made(cast, cast.ours.member)
    answer = ask(token, clients_of(cast.ours))
    assert answer.status_code == 200
    assert cast.ours.bakery.name in answer.text


@pytest.mark.usefixtures("confirmed")
def test_it_is_shown_once_and_only_its_hash_is_kept(cast: Cast) -> None:
    browser = signed_in(cast.ours.member)
    token = made(cast, cast.ours.member)
    page = browser.get(cast.ours.url("access_token_list"))
    assert "Month-end script" in page.text
    assert token not in page.text
    with cast.ours.inside():
        row = AccessToken.objects.get(member=cast.ours.member)
        assert bytes(row.token_hash) == access_tokens.token_hash(token)


def test_making_one_asks_who_is_there_first(cast: Cast) -> None:
    browser = signed_in(cast.ours.member)
    page = browser.get(cast.ours.url("access_token_create"))
    assert page.status_code == 302
    assert page.url.startswith("/accounts/reauthenticate/?next=%2Fo%2F")
    answer = browser.post(cast.ours.url("access_token_create"), CHOSEN)
    assert answer.status_code == 422
    assert "Month-end script" in answer.text
    with cast.ours.inside():
        assert not AccessToken.objects.filter(member=cast.ours.member).exists()


@pytest.mark.parametrize(("minutes", "lets"), [(2, True), (20, False)])
def test_who_has_no_password_needs_a_fresh_sign_in(cast: Cast, minutes: int, lets: bool) -> None:
    with surface(IDENTITY):
        User.objects.filter(pk=cast.ours.member.user_id).update(password="!none")
    browser = came_by(cast.ours.member, {"method": "socialaccount", "at": time.time() - minutes * 60})
    answer = browser.post(cast.ours.url("access_token_create"), CHOSEN)
    assert (answer.status_code == 201) is lets


@pytest.mark.usefixtures("confirmed")
def test_it_opens_no_other_firm_and_names_none(cast: Cast) -> None:
    with cast.theirs.inside():
        user = cast.ours.member.user
        Membership.objects.create(user=user, display_name="Both", email=user.email, role="member")
    token = made(cast, cast.ours.member)
    assert ask(token, clients_of(cast.theirs)).status_code == 404
    assert [firm["slug"] for firm in ask(token, ME).json()["organizations"]] == [cast.ours.organization.slug]


@pytest.mark.usefixtures("confirmed")
def test_it_allows_no_more_than_was_chosen(cast: Cast) -> None:
    token = made(cast, cast.ours.member, permissions=["view_requests"])
    assert ask(token, clients_of(cast.ours)).status_code == 403


@pytest.mark.usefixtures("confirmed")
def test_nobody_makes_one_for_what_they_may_not_do(cast: Cast) -> None:
    answer = signed_in(cast.ours.viewer).post(
        cast.ours.url("access_token_create"), CHOSEN | {"permissions": ["manage_members"]}
    )
    assert answer.status_code == 422


@pytest.mark.usefixtures("confirmed")
def test_what_the_member_may_no_more_the_token_may_no_more(cast: Cast) -> None:
    token = made(cast, cast.ours.member)
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(permissions={"view_clients": False})
    assert ask(token, clients_of(cast.ours)).status_code == 403


def revoked(cast: Cast) -> None:
    with cast.ours.inside():
        AccessToken.objects.update(revoked_at=timezone.now())


def expired(cast: Cast) -> None:
    with cast.ours.inside():
        AccessToken.objects.update(expires_at=timezone.now() - timedelta(days=1))


def suspended(cast: Cast) -> None:
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.admin.pk).update(status="suspended")


def given_a_new_password(cast: Cast) -> None:
    with surface(IDENTITY):
        user = User.objects.get(pk=cast.ours.admin.user_id)
        user.set_password("another long password")
        user.save()


def removed_and_back(cast: Cast) -> None:
    with cast.ours.inside():
        member_changes.remove(cast.ours.admin, by=cast.ours.owner)
        Membership.with_deleted.filter(pk=cast.ours.admin.pk).update(deleted_at=None)


@pytest.mark.parametrize("end", [revoked, expired, suspended, given_a_new_password, removed_and_back])
def test_it_ends_with(cast: Cast, end: Any) -> None:
    assert ask(cast.ours.bearer, clients_of(cast.ours)).status_code == 200
    end(cast)
    assert ask(cast.ours.bearer, clients_of(cast.ours)).status_code == 401


def test_a_made_up_token_opens_nothing(cast: Cast) -> None:
    for token in ("tickmark_", "tickmark_guess", cast.ours.bearer + "x"):
        assert ask(token, clients_of(cast.ours)).status_code == 401
        assert ask(token, ME).status_code == 401


def test_it_is_no_cookie_and_opens_no_page(cast: Cast) -> None:
    page = ask(cast.ours.bearer, cast.ours.url("client_list"))
    assert page.status_code == 302
    assert "/accounts/login/" in page.url


def test_the_firms_sign_in_rules_hold_for_tokens_too(cast: Cast) -> None:
    with cast.ours.inside():
        SignInPolicy(mfa_from=timezone.localdate()).save(cast.ours.organization)
    assert ask(cast.ours.bearer, clients_of(cast.ours)).status_code == 403
    with cast.ours.inside():
        row = cast.ours.rows["access_token"]
        row.sign_in |= {
            "account_authentication_methods": [{"method": "password", "at": 1}, {"method": "mfa", "at": 2}],
            "account_authentication_methods_user": str(cast.ours.admin.user_id),
        }
        row.save()
    assert ask(cast.ours.bearer, clients_of(cast.ours)).status_code == 200


def test_who_manages_the_member_ends_the_token(cast: Cast) -> None:
    url = cast.ours.url("access_token_revocation", access_token_id=cast.ours.rows["access_token"].pk)
    assert signed_in(cast.ours.viewer).post(url).status_code == 404
    assert cast.ours.rows["access_token"].name in (
        signed_in(cast.ours.owner).get(cast.ours.url("member_detail", member_id=cast.ours.admin.pk)).text
    )
    assert signed_in(cast.ours.owner).post(url).status_code == 302
    assert ask(cast.ours.bearer, clients_of(cast.ours)).status_code == 401


def test_nobody_ends_the_token_of_somebody_above_them(cast: Cast) -> None:
    with cast.ours.inside():
        AccessToken.objects.update(member=cast.ours.owner)
    url = cast.ours.url("access_token_revocation", access_token_id=cast.ours.rows["access_token"].pk)
    assert signed_in(cast.ours.admin).post(url).status_code == 403


def test_its_use_is_told(cast: Cast) -> None:
    ask(cast.ours.bearer, clients_of(cast.ours))
    with cast.ours.inside():
        assert AccessToken.objects.get().last_used_at is not None


@pytest.mark.usefixtures("confirmed")
def test_one_member_has_at_most_so_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_tokens, "MOST", 1)
    made(cast, cast.ours.member)
    answer = signed_in(cast.ours.member).post(cast.ours.url("access_token_create"), CHOSEN)
    assert answer.status_code == 422
    assert "You have 1 tokens" in answer.text


def test_a_wall_stops_a_token_too(cast: Cast) -> None:
    with cast.ours.inside():
        wall = cast.ours.rows["wall"]
        type(wall).objects.filter(pk=wall.pk).update(member=cast.ours.admin)
    answer = ask(cast.ours.bearer, clients_of(cast.ours))
    assert answer.status_code == 200
    assert cast.ours.bakery.name not in answer.text
