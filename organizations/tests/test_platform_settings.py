"""Switches of the whole installation: set by operators with forms, honoured at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from accounts.tests.at_provider import configure, sign_in_with
from audit.models import PlatformAuditLog
from organizations import platform_settings
from organizations.models import Invitation, PlatformSetting
from tenancy.cache import platform_get, platform_put
from tenancy.context import IDENTITY, OPERATOR, surface
from tests.cast import Cast, in_portal, signed_in
from tests.oidc_provider import OidcProvider

pytestmark = pytest.mark.django_db
SIGN_UP = "/accounts/signup/"
NEWCOMER = {"full_name": "Nora New", "email": "nora@new.example", "password1": "correct horse battery"}
TEXT = "Tickmark rests on Sunday <from> 6:00"


@pytest.fixture(autouse=True)
def unknown() -> None:
    """Here the switches are read from the database."""
    platform_settings.changed()


def change(cast: Cast, key: str, **values: Any) -> Any:
    return signed_in(cast.operator).post(f"/admin/organizations/platformsetting/{key}/change/", values)


def notice(cast: Cast, **values: Any) -> Any:
    return change(cast, "notice_banner", **{"text": TEXT, "level": "warning", "until": "", **values})


def audited() -> PlatformAuditLog:
    with surface(OPERATOR), transaction.atomic():
        return PlatformAuditLog.objects.filter(resource_type="platform_settings").latest("created_at")


def test_sign_up_can_be_closed_and_opened(cast: Cast, client: Browser) -> None:
    assert "Create your account" in client.get(SIGN_UP).text
    assert change(cast, "sign_up_open").status_code == 302
    assert "Sign-up is closed" in client.get(SIGN_UP).text
    assert "Sign-up is closed" in client.post(SIGN_UP, NEWCOMER).text
    with surface(IDENTITY):
        assert not User.objects.filter(email=NEWCOMER["email"]).exists()
    change(cast, "sign_up_open", value="on")
    assert client.post(SIGN_UP, NEWCOMER).status_code == 302


def test_an_invited_newcomer_signs_up_though_it_is_closed(cast: Cast, client: Browser) -> None:
    change(cast, "sign_up_open")
    page = f"/invitations/{cast.ours.invitation_token}/"
    assert "Create your account" in client.get(SIGN_UP, {"next": page}).text
    other = client.post(SIGN_UP, NEWCOMER | {"next": page})
    assert f"Use {cast.ours.invitation.email}." in other.text
    invited = NEWCOMER | {"next": page, "email": cast.ours.invitation.email}
    assert client.post(SIGN_UP, invited).status_code == 302
    with surface(IDENTITY):
        assert [user.email for user in User.objects.filter(full_name="Nora New")] == [cast.ours.invitation.email]


@pytest.mark.parametrize(
    "page", ["/invitations/nobody-made-it/", "/firms/", "https://elsewhere.example/invitations/x/"]
)
def test_other_pages_open_no_closed_sign_up(cast: Cast, client: Browser, page: str) -> None:
    change(cast, "sign_up_open")
    assert "Sign-up is closed" in client.post(SIGN_UP, NEWCOMER | {"next": page}).text


def test_a_withdrawn_invitation_opens_no_closed_sign_up(cast: Cast, client: Browser) -> None:
    change(cast, "sign_up_open")
    with cast.ours.inside():
        Invitation.objects.update(revoked_at=timezone.now())
    page = f"/invitations/{cast.ours.invitation_token}/"
    assert "Sign-up is closed" in client.get(SIGN_UP, {"next": page}).text


def test_a_change_is_on_record_with_what_was_before(cast: Cast) -> None:
    change(cast, "sign_up_open")
    line = audited()
    assert line.new_values == {"key": "sign_up_open", "value": False, "before": True}
    assert line.user_id == cast.operator.pk


def test_a_person_owns_so_many_firms_and_no_more(cast: Cast) -> None:
    firm = {"name": "Second firm", "slug": "second-firm", "brand": "#1c3f68", "currency": "GBP", "timezone": "UTC"}
    change(cast, "firms_per_person", value="1")
    answer = signed_in(cast.ours.owner).post("/firms/new/", firm)
    assert answer.status_code == 422 and "One person can own 1 firm here" in answer.text
    change(cast, "firms_per_person", value="0")
    assert signed_in(cast.ours.owner).post("/firms/new/", firm).status_code == 302


@pytest.mark.parametrize(
    ("key", "values", "sentence"),
    [
        ("firms_per_person", {"value": "many"}, "Enter a whole number"),
        ("firms_per_person", {"value": "-1"}, "greater than or equal to 0"),
        ("notice_banner", {"text": "x" * 301, "level": "info"}, "at most 300 characters"),
        ("notice_banner", {"text": "x", "level": "loud"}, "Select a valid choice"),
        ("notice_banner", {"text": "x", "level": "info", "until": "2001-01-01T00:00"}, "This moment has passed"),
    ],
    ids=["word", "negative", "long", "level", "past"],
)
def test_what_is_none_of_its_kind_is_refused(cast: Cast, key: str, values: dict[str, str], sentence: str) -> None:
    assert sentence in change(cast, key, **values).text
    with surface(OPERATOR):
        assert PlatformSetting.objects.get(key=key).value == platform_settings.DEFAULTS[key]


def test_a_row_that_holds_something_else_counts_as_the_default(cast: Cast) -> None:
    platform_put(platform_settings.CACHED, {"firms_per_person": "many", "sign_up_open": None}, seconds=10)
    assert platform_settings.firms_per_person() == 20 and platform_settings.sign_up_open()


@pytest.mark.django_db(databases=["default", "marketing"])
def test_a_notice_stands_on_every_surface(cast: Cast) -> None:
    assert notice(cast).status_code == 302
    owner = signed_in(cast.ours.owner)
    pages = {
        "firm": owner.get(cast.ours.url("today")),
        "person": owner.get("/firms/?choose"),
        "own": owner.get("/accounts/profile/"),
        "sign-in": Browser().get("/accounts/login/"),
        "portal": in_portal(cast.ours).get(cast.ours.portal("portal_home")),
        "site": Browser().get("/"),
        "admin": signed_in(cast.operator).get("/admin/"),
        "refused": owner.get(cast.theirs.url("today")),
    }
    assert {name for name, page in pages.items() if "rests on Sunday &lt;from&gt; 6:00" not in page.text} == set()


def test_who_closes_a_notice_is_rid_of_it_and_others_are_not(cast: Cast) -> None:
    notice(cast)
    told = platform_settings.notice()
    assert told is not None
    mine, other = signed_in(cast.ours.owner), signed_in(cast.ours.owner)
    mine.cookies["notice"] = told.id
    today = cast.ours.url("today")
    assert TEXT[:8] in other.get(today).text and "rests on Sunday" not in mine.get(today).text
    notice(cast, text="Tickmark rests on Monday instead")
    assert "rests on Monday" in mine.get(today).text


def test_a_notice_ends_when_it_says(cast: Cast) -> None:
    later = timezone.now() + timedelta(hours=1)
    notice(cast, until=later.astimezone(UTC).strftime("%Y-%m-%dT%H:%M"))
    assert platform_settings.notice() is not None
    past = {"text": TEXT, "level": "info", "until": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}
    platform_put(platform_settings.CACHED, {"notice_banner": past}, seconds=10)
    assert platform_settings.notice() is None


def test_the_switches_are_read_once_and_again_after_a_change(
    cast: Cast, client: Browser, django_assert_num_queries: Any
) -> None:
    platform_settings.sign_up_open()
    with django_assert_num_queries(0):
        platform_settings.sign_up_open()
        platform_settings.notice()
    change(cast, "sign_up_open")
    assert platform_get(platform_settings.CACHED) is None or not platform_settings.sign_up_open()


def test_an_invited_newcomer_comes_in_by_a_provider_though_it_is_closed(
    cast: Cast, okta: OidcProvider, settings: Any
) -> None:
    change(cast, "sign_up_open")
    page = f"/invitations/{cast.ours.invitation_token}/"
    configure(settings, okta, TRUSTED_DOMAINS="okafor.example")
    okta.claims |= {"email": cast.ours.invitation.email}
    assert "Sign-up is closed" in sign_in_with(Browser(), okta, next=page).text, "it may state any address"
    configure(settings, okta, TRUSTED_DOMAINS="harcourt.example")
    okta.claims |= {"email_verified": False}
    assert "Sign-up is closed" in sign_in_with(Browser(), okta, next=page).text
    okta.claims |= {"email": "other@harcourt.example", "email_verified": True}
    assert "Sign-up is closed" in sign_in_with(Browser(), okta, next=page).text
    okta.claims |= {"email": cast.ours.invitation.email}
    assert "Sign-up is closed" in sign_in_with(Browser(), okta).text
    assert sign_in_with(Browser(), okta, next=page).headers["Location"] == page
