"""Deleting one's own account: closed at once, forgotten after a time, and no record of a firm loses its author."""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import OperationalError
from django.test import Client as Browser
from django.test import override_settings

from accounts import deletion
from accounts.deletion import GRACE
from accounts.jobs import close_account
from accounts.models import User, UserSession
from accounts.tests.at_provider import sign_in_with
from accounts.tests.test_profile import account, set_account
from accounts.tests.test_sign_in import enter, trail
from clients.models import InformationRequest
from organizations.models import Membership, Organization
from tenancy.context import IDENTITY, surface
from tests.cast import PASSWORD, Cast, came_by, signed_in
from tests.jobs import run_jobs
from tests.oidc_provider import OidcProvider

pytestmark = pytest.mark.django_db
DELETION = "/accounts/deletion/"


def delete(person: Any, capture: Any, browser: Browser | None = None) -> Any:
    with capture(execute=True):
        return (browser or signed_in(person)).post(DELETION, {"password": PASSWORD})


def in_firm(cast: Cast, person: Membership) -> Membership:
    with cast.ours.inside():
        return Membership.with_deleted.get(pk=person.pk)


def test_the_account_is_closed_and_every_session_ends(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    here, there = signed_in(cast.ours.member), signed_in(cast.ours.member)
    answer = delete(cast.ours.member, django_capture_on_commit_callbacks, here)
    assert answer.url == f"{DELETION}done/"
    assert "Your account is deleted" in here.get(answer.url).text
    assert there.get(cast.ours.url("today")).status_code == 302
    with surface(IDENTITY):
        assert not UserSession.objects.filter(user=cast.ours.member.user_id).exists()
    assert account(cast.ours.member).status == "deleted"
    assert trail("account_deleted")[0].resource_id == cast.ours.member.user_id


def test_nobody_signs_in_to_a_deleted_account(
    cast: Cast, client: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    delete(cast.stranger, django_capture_on_commit_callbacks)
    enter(client, cast.stranger)
    assert client.get("/firms/").status_code == 302


def test_a_mail_proves_it(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    delete(cast.stranger, django_capture_on_commit_callbacks)
    assert mail.outbox[-1].to == [cast.stranger.email] and "was deleted on" in mail.outbox[-1].body


def test_the_firms_records_still_name_who_did_what(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    request = cast.ours.url("request_detail", request_id=cast.ours.accepted.pk)
    delete(cast.ours.member, django_capture_on_commit_callbacks)
    run_jobs(later=GRACE)
    ended = in_firm(cast, cast.ours.member)
    assert ended.deleted_at and ended.display_name == "Member Harcourt"
    page = signed_in(cast.ours.owner).get(request)
    assert page.status_code == 200 and "Member Harcourt" in page.text
    with cast.ours.inside():
        assert InformationRequest.objects.get(pk=cast.ours.accepted.pk).reviewed_by_id == cast.ours.member.pk
    assert "Member Harcourt" not in signed_in(cast.ours.owner).get(cast.ours.url("member_list")).text


@pytest.mark.parametrize("password", ["", "wrong"])
def test_it_takes_the_password(cast: Cast, password: str) -> None:
    answer = signed_in(cast.stranger).post(DELETION, {"password": password})
    assert answer.status_code == 422 and account(cast.stranger).is_active


@override_settings(ACCOUNT_RATE_LIMITS={"reauthenticate": "2/m/user"})
def test_the_password_is_not_guessed_here(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    pages = [browser.post(DELETION, {"password": "wrong"}).text for _ in range(3)]
    assert "not your password" in pages[1] and "too many wrong tries" in pages[2]


@pytest.mark.parametrize(("minutes", "status"), [(2, 302), (20, 422)])
def test_who_has_no_password_has_to_have_signed_in_just_now(
    cast: Cast, django_capture_on_commit_callbacks: Any, minutes: int, status: int
) -> None:
    browser = came_by(cast.stranger, {"method": "socialaccount", "at": time.time() - minutes * 60})
    set_account(cast.stranger, password="!")
    assert delete(cast.stranger, django_capture_on_commit_callbacks, browser).status_code == status


def test_the_last_owner_is_told_which_firm_needs_another(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    answer = delete(cast.ours.owner, django_capture_on_commit_callbacks)
    assert answer.status_code == 409 and account(cast.ours.owner).is_active
    assert "only owner of Harcourt &amp; Pell LLP" in answer.text
    assert cast.ours.url("member_list") in answer.text and "Okafor" not in answer.text
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.admin.pk).update(role="owner")
    assert delete(cast.ours.owner, django_capture_on_commit_callbacks).status_code == 302
    assert delete(cast.ours.admin, django_capture_on_commit_callbacks).status_code == 409


def test_the_last_owner_of_a_suspended_firm_is_led_to_no_closed_page(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CONTACT_MAIL = "Tickmark <desk@tickmark.example>"
    with cast.ours.inside():
        Organization.objects.update(status="suspended")
    answer = delete(cast.ours.owner, django_capture_on_commit_callbacks)
    assert answer.status_code == 409 and 'href="mailto:desk@tickmark.example"' in answer.text
    assert cast.ours.url("member_list") not in answer.text


def test_an_operator_gives_that_right_back_first(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    assert delete(cast.operator, django_capture_on_commit_callbacks).status_code == 409


def test_the_address_is_free_after_the_time_of_grace(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    delete(cast.ours.member, django_capture_on_commit_callbacks)
    assert run_jobs() == 1, "Closing what is closed already."
    assert account(cast.ours.member).email == cast.ours.member.email
    run_jobs(later=GRACE)
    left = account(cast.ours.member)
    assert (left.email, left.full_name) == (f"{left.pk}@deleted.invalid", "Deleted account")
    assert in_firm(cast, cast.ours.member).email == left.email
    with surface(IDENTITY):
        assert not EmailAddress.objects.filter(user=left).exists()
        assert User.objects.create_user(cast.ours.member.email, PASSWORD, full_name="Somebody else")


def test_an_account_that_was_not_closed_after_the_commit_is_closed_by_a_job(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever served the page died right after the commit: the firms are left, the sessions still stand."""
    elsewhere = signed_in(cast.ours.member)
    with django_capture_on_commit_callbacks(execute=False):
        signed_in(cast.ours.member).post(DELETION, {"password": PASSWORD})
    assert in_firm(cast, cast.ours.member).deleted_at and account(cast.ours.member).is_active
    assert run_jobs() == 1
    assert account(cast.ours.member).status == "deleted"
    assert elsewhere.get("/firms/").status_code == 302
    assert len(trail("account_deleted")) == 1


def test_a_close_that_fails_after_the_commit_is_left_to_the_job(
    cast: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(user_id: Any) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(deletion, "close", away)
        assert delete(cast.ours.member, django_capture_on_commit_callbacks).status_code == 302
    assert account(cast.ours.member).is_active
    run_jobs()
    assert account(cast.ours.member).status == "deleted"


def test_a_deletion_that_is_undone_before_its_commit_leaves_everything(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*args: Any) -> None:
        raise OperationalError("the line went dead")

    monkeypatch.setattr("accounts.deletion_views.logout", dies)
    browser = signed_in(cast.ours.member)
    with pytest.raises(OperationalError):
        browser.post(DELETION, {"password": PASSWORD})
    assert account(cast.ours.member).is_active and in_firm(cast, cast.ours.member).deleted_at is None
    assert run_jobs(later=GRACE) == 0


def test_closing_twice_is_told_once(cast: Cast) -> None:
    for _ in range(2):
        close_account.run(user_id=str(cast.stranger.pk))
    assert len(trail("account_deleted")) == 1


def test_an_account_that_is_not_deleted_is_not_forgotten(cast: Cast) -> None:
    from accounts.jobs import forget_account

    forget_account.run(user_id=str(cast.stranger.pk))
    assert account(cast.stranger).email == cast.stranger.email


def test_no_way_in_is_left_of_a_forgotten_account_and_its_provider_brings_nothing_back(
    cast: Cast, okta: OidcProvider, django_capture_on_commit_callbacks: Any
) -> None:
    with surface(IDENTITY):
        known = {"provider": "okta", "uid": "00u1", "extra_data": {"email": "sam@home.example"}}
        SocialAccount.objects.create(user_id=cast.stranger.pk, **known)
        Authenticator.objects.create(user_id=cast.stranger.pk, type="totp", data={})
    delete(cast.stranger, django_capture_on_commit_callbacks)
    sign_in_with(Browser(), okta)
    assert account(cast.stranger).full_name == cast.stranger.full_name
    run_jobs(later=GRACE)
    with surface(IDENTITY):
        for ways_in in (SocialAccount, Authenticator, EmailAddress):
            assert not ways_in.objects.filter(user_id=cast.stranger.pk).exists(), ways_in


def test_the_only_member_is_led_to_deleting_the_firm_first(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with cast.ours.inside():
        Membership.objects.exclude(pk=cast.ours.owner.pk).update(status="suspended")
    answer = delete(cast.ours.owner, django_capture_on_commit_callbacks)
    assert answer.status_code == 409 and "only member of Harcourt" in answer.text
    assert cast.ours.url("firm_deletion") in answer.text
