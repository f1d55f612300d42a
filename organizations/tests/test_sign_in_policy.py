"""A firm asks for a second factor or its own provider, from a day: a notice before, a page that says what to do after."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.management import call_command
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from accounts import policies
from accounts.oidc_settings import providers
from audit.models import AuditLog
from organizations.backfills import JoinedAs
from organizations.models import Invitation, Membership, Organization
from organizations.mounts import root_url
from organizations.sign_in_policy import SignInPolicy
from tenancy.context import IDENTITY, surface
from tests.cast import Cast, came_by, signed_in
from tests.isolation.pages import ORGANIZATION_PAGES, Page, our_objects

pytestmark = pytest.mark.django_db

MFA = {"method": "mfa", "type": "totp"}
OKTA = {"method": "socialaccount", "provider": "okta", "uid": "1"}


@pytest.fixture(autouse=True)
def okta(settings: Any) -> None:
    environ = {"OIDC_OKTA_ISSUER": "https://okta.example", "OIDC_OKTA_CLIENT_ID": "a", "OIDC_OKTA_CLIENT_SECRET": "b"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": providers(environ)}
    }


def asks(cast: Cast, **policy: Any) -> None:
    with cast.ours.inside():
        SignInPolicy(**policy).save(Organization.objects.get())


def at_okta(person: Membership, email: str, *, verified: bool = True, uid: str = "1") -> Browser:
    """Came in by an account at the provider that has this address."""
    claims = {"email": email, "email_verified": verified}
    with surface(IDENTITY):
        SocialAccount.objects.update_or_create(
            provider="okta", uid=uid, defaults={"user_id": person.user_id, "extra_data": claims}
        )
    return came_by(person, {**OKTA, "uid": uid})


def day(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=lambda place: place.name)
def test_no_page_opens_without_the_second_factor(cast: Cast, place: Page, verb: str) -> None:
    asks(cast, mfa_from=day(0))
    browser = came_by(cast.ours.owner, {"method": "password"})
    page = getattr(browser, verb)(cast.ours.url(place.name, **next(our_objects(place, cast.ours))))
    assert page.status_code == 403 and "needs your second factor" in page.text
    assert cast.ours.bakery.name not in page.text


def test_with_the_second_factor_the_firm_opens(cast: Cast) -> None:
    asks(cast, mfa_from=day(0))
    page = came_by(cast.ours.member, {"method": "password"}, MFA).get(cast.ours.url("today"))
    assert page.status_code == 200 and "second factor" not in page.text


def test_another_persons_second_factor_in_the_session_does_not_count(cast: Cast) -> None:
    asks(cast, mfa_from=day(0))
    browser = came_by(cast.ours.member, MFA)
    session = browser.session
    session["account_authentication_methods_user"] = str(cast.ours.owner.user_id)
    with surface(IDENTITY):
        session.save()
    assert browser.get(cast.ours.url("today")).status_code == 403


def test_the_persons_own_page_names_the_firms_that_ask(cast: Cast) -> None:
    asks(cast, mfa_from=day(0))
    for person, is_told in ((cast.ours.member, True), (cast.theirs.member, False)):
        page = signed_in(person).get(root_url("mfa_index")).text
        assert ("Harcourt &amp; Pell LLP needs one from" in page) == is_told


def test_before_the_day_a_notice_says_so_and_pages_open(cast: Cast) -> None:
    asks(cast, mfa_from=day(3))
    page = came_by(cast.ours.member, {"method": "password"}).get(cast.ours.url("today"))
    assert page.status_code == 200 and "sign in with a second factor" in page.text
    assert "sign in with a second factor" not in came_by(cast.ours.member, MFA).get(cast.ours.url("today")).text


def test_the_other_firm_stays_open(cast: Cast) -> None:
    asks(cast, mfa_from=day(0))
    assert signed_in(cast.theirs.member).get(cast.theirs.url("today")).status_code == 200


def test_members_of_the_domain_need_the_firms_own_provider(cast: Cast) -> None:
    asks(cast, sso_from=day(0), sso_provider="okta", sso_domains=("harcourt.example",))
    by_password = came_by(cast.ours.member, {"method": "password"}).get(cast.ours.url("today"))
    assert by_password.status_code == 403 and "Continue with Okta" in by_password.text
    assert root_url("account_logout") in by_password.text
    elsewhere = came_by(cast.ours.member, {**OKTA, "provider": "google"}).get(cast.ours.url("today"))
    assert elsewhere.status_code == 403
    ours = at_okta(cast.ours.member, cast.ours.member.email)
    assert ours.get(cast.ours.url("today")).status_code == 200


def test_an_account_of_ones_own_at_the_firms_provider_is_not_the_firms(cast: Cast) -> None:
    asks(cast, sso_from=day(0), sso_provider="okta", sso_domains=("harcourt.example",))
    today = cast.ours.url("today")
    assert at_okta(cast.ours.member, "me@home.example").get(today).status_code == 403
    assert at_okta(cast.ours.member, cast.ours.member.email, verified=False).get(today).status_code == 403
    # Nor is whoever has made another address the main one a guest: an address in the firm's domain stays confirmed.
    with surface(IDENTITY):
        EmailAddress.objects.create(user_id=cast.ours.viewer.user_id, email="me@home.example", verified=True)
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(email="me@home.example")
    assert came_by(cast.ours.viewer, {"method": "password"}).get(today).status_code == 403


def test_who_came_by_the_firms_address_is_no_guest_for_giving_it_up(cast: Cast) -> None:
    asks(cast, sso_from=day(0), sso_provider="okta", sso_domains=("harcourt.example",))
    with surface(IDENTITY):
        EmailAddress.objects.filter(user_id=cast.ours.viewer.user_id).update(email="me@home.example")
    for came_as, status in (("viewer@harcourt.example", 403), ("me@home.example", 200)):
        with cast.ours.inside():
            Membership.objects.filter(pk=cast.ours.viewer.pk).update(email="me@home.example", joined_as=came_as)
        answer = came_by(cast.ours.viewer, {"method": "password"}).get(cast.ours.url("today"))
        assert answer.status_code == status


def test_nor_is_who_came_before_that_was_kept_once_the_back_fill_has_run(cast: Cast) -> None:
    firm, domains = cast.ours, ("harcourt.example", "invited.example")
    asks(cast, sso_from=day(0), sso_provider="okta", sso_domains=domains)
    with firm.inside():
        Invitation.objects.filter(pk=firm.invitation.pk).update(
            email="me@invited.example", accepted_at=timezone.now(), accepted_by=firm.admin
        )
        Membership.objects.filter(pk=firm.member.pk).update(deleted_at=timezone.now())
        Membership.objects.filter(pk=firm.admin.pk).update(email="me@home.example")
        Membership.with_deleted.update(joined_as="")
    with surface(IDENTITY):
        EmailAddress.objects.filter(user_id__in=[one.user_id for one in firm.members.values()]).delete()
    call_command("backfill", JoinedAs.name, stdout=StringIO())
    with firm.inside():
        assert not Membership.with_deleted.get(pk=firm.member.pk).joined_as
        Membership.objects.filter(pk=firm.viewer.pk).update(email="you@home.example")
    for member in (firm.admin, firm.viewer):
        assert came_by(member, {"method": "password"}).get(firm.url("today")).status_code == 403


def test_a_guest_with_another_address_needs_no_provider(cast: Cast) -> None:
    asks(cast, sso_from=day(0), sso_provider="okta", sso_domains=("other.example",))
    assert came_by(cast.ours.member, {"method": "password"}).get(cast.ours.url("today")).status_code == 200


def test_the_page_leads_to_setting_one_up_or_to_confirming(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(cast, mfa_from=day(0))
    monkeypatch.setattr("organizations.sign_in_refusal.url_if_installed", lambda name: f"/accounts/{name}/")
    browser = came_by(cast.ours.member, {"method": "password"})
    assert 'href="/accounts/mfa_index/"' in browser.get(cast.ours.url("today")).text
    monkeypatch.setattr("organizations.sign_in_refusal.is_enrolled", lambda user: True)
    assert "/accounts/mfa_reauthenticate/?next=/o/harcourt/" in browser.get(cast.ours.url("today")).text


# --- the form ---------------------------------------------------------------------------------------------------

RULES = {"sso_from": "2020-01-01", "sso_provider": "okta", "sso_domains": "Harcourt.example, harcourt.example"}


def test_an_owner_sets_the_rules_and_the_trail_tells(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "mfa_is_installed", lambda: True)
    at_okta(cast.ours.owner, cast.ours.owner.email)
    browser = came_by(cast.ours.owner, OKTA, MFA)
    url = cast.ours.url("firm_sign_in_policy")
    assert browser.post(url, {**RULES, "mfa_from": "2020-02-01"}).headers["Location"] == url
    with cast.ours.inside(), transaction.atomic():
        policy = SignInPolicy.of(Organization.objects.get())
        assert policy.sso_domains == ("harcourt.example",) and str(policy.mfa_from) == "2020-02-01"
        line = AuditLog.objects.filter(resource_type="organizations").order_by("-created_at", "-id").first()
        assert line and "sign_in" in str(line.new_values) and line.user_id == cast.ours.owner.user_id
    assert 'value="2020-02-01"' in browser.get(url).text
    assert browser.post(url, {}).status_code == 302
    assert signed_in(cast.ours.member).get(cast.ours.url("today")).status_code == 200


@pytest.mark.parametrize("role", ["member", "viewer", "billing"])
def test_others_may_not(cast: Cast, role: str) -> None:
    browser = signed_in(cast.ours.members[role])
    assert browser.post(cast.ours.url("firm_sign_in_policy"), RULES).status_code == 403


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "Sign in there yourself first"),
        ({"sso_provider": ""}, "Choose where members sign in"),
        ({"sso_provider": "nobody"}, "not one of the available choices"),
        ({"sso_domains": ""}, "Name at least one domain"),
        ({"sso_domains": "harcourt"}, "is not a domain"),
        ({"mfa_from": "2020-01-01"}, "not switched on"),
        ({"mfa_from": "yesterday"}, "valid date"),
    ],
    ids=["locked_out", "no_provider", "unknown_provider", "no_domain", "no_dot", "no_mfa", "no_date"],
)
def test_rules_that_cannot_be_kept_are_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], sentence: str
) -> None:
    monkeypatch.setattr(policies, "mfa_is_installed", lambda: False)
    page = came_by(cast.ours.owner, {"method": "password"}).post(
        cast.ours.url("firm_sign_in_policy"), {**RULES, **change}
    )
    assert page.status_code == 422 and sentence in page.text


def test_a_trusted_device_is_enough_where_the_firm_says_so(cast: Cast) -> None:
    browser = came_by(cast.ours.member, {"method": "password"}, {"method": policies.TRUSTED_DEVICE})
    asks(cast, mfa_from=day(0))
    assert browser.get(cast.ours.url("today")).status_code == 403
    asks(cast, mfa_from=day(0), trusted_devices=True)
    assert browser.get(cast.ours.url("today")).status_code == 200
    assert came_by(cast.ours.member, {"method": "password"}).get(cast.ours.url("today")).status_code == 403
