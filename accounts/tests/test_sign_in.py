"""Signing in and out, and what keeps it safe."""

import hashlib

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, UserSession
from audit.models import PlatformAuditLog
from tenancy.context import IDENTITY, OPERATOR, acting_as, surface
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def enter(browser, person, password=PASSWORD, **more):
    return browser.post(LOGIN, {"login": person.email, "password": password, **more})


def trail(action):
    with surface(OPERATOR), transaction.atomic():
        return list(PlatformAuditLog.objects.filter(action=action, created_at__gte=TransactionNow()))


def sessions(person):
    with surface(IDENTITY):
        return list(UserSession.objects.filter(user=person))


def test_a_person_signs_in_and_out(client, cast):
    assert "Work email" in client.get(LOGIN).content.decode()
    assert enter(client, cast.stranger).url == "/firms/"
    assert client.get("/firms/").status_code == 200
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.post("/accounts/logout/").url == LOGIN
    assert client.get("/firms/").url == f"{LOGIN}?next=/firms/"


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(client, cast):
    page = enter(client, cast.stranger, "wrong").content.decode()
    assert "That email and password do not match" in page
    assert "Check both and try again" in page
    assert f'value="{cast.stranger.email}"' in page
    assert "wrong" not in page.replace("wrong tries", "")


def test_an_unknown_address_is_answered_like_a_wrong_password(client, cast):
    known = enter(client, cast.stranger, "wrong").content.decode()
    unknown = client.post(LOGIN, {"login": "nobody@nowhere.example", "password": "wrong"}).content.decode()

    def plain(page, address):
        return "\n".join(line for line in page.replace(address, "…").splitlines() if "csrfmiddlewaretoken" not in line)

    assert plain(known, cast.stranger.email) == plain(unknown, "nobody@nowhere.example")


def test_next_leads_on_after_signing_in(client, cast):
    assert 'name="next" value="/o/harcourt/"' in client.get(f"{LOGIN}?next=/o/harcourt/").content.decode()
    assert enter(client, cast.ours.owner, next="/o/harcourt/members/").url == "/o/harcourt/members/"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "http:///evil.example",
        "evil",
    ],
)
def test_next_to_another_host_is_ignored(client, cast, target):
    assert enter(client, cast.stranger, next=target).url == "/firms/"
    assert client.post(f"/accounts/logout/?next={target}").url == LOGIN


def test_a_signed_in_person_is_led_on_from_the_sign_in_page(cast, sign_in):
    assert sign_in(cast.stranger).get(f"{LOGIN}?next=/firms/new/").url == "/firms/new/"


def test_passwords_are_read_as_the_sign_in_role(client, cast):
    roles = []

    def watch(execute, sql, *args):
        if '"users"."password"' in sql:
            with connection.connection.cursor() as cursor:
                roles.append(cursor.execute("SELECT current_user").fetchone()[0])
        return execute(sql, *args)

    with connection.execute_wrapper(watch):
        enter(client, cast.stranger)
    assert set(roles) == {"tickmark_identity"}


def test_the_key_of_the_session_changes_at_sign_in(client, cast):
    client.post(
        "/accounts/signup/", {"full_name": "Jo", "email": "jo@new.example", "password1": "four unrelated words"}
    )
    before = client.cookies["sessionid"].value
    enter(client, cast.stranger)
    assert client.cookies["sessionid"].value != before


def test_the_row_of_a_session_keeps_only_a_hash(client, cast):
    enter(client, cast.stranger)
    key = client.cookies["sessionid"].value
    [row] = sessions(cast.stranger)
    assert bytes(row.token_hash) == hashlib.sha256(key.encode()).digest()
    assert key not in row.session_data
    assert row.ip_address == "127.0.0.1"


def test_signing_out_deletes_the_row(client, cast):
    enter(client, cast.stranger)
    client.post("/accounts/logout/")
    assert sessions(cast.stranger) == []


def test_a_revoked_session_ends_at_the_next_request(client, cast):
    enter(client, cast.stranger)
    with surface(IDENTITY):
        UserSession.objects.filter(user=cast.stranger).update(revoked_at=timezone.now())
    assert client.get("/firms/").url == f"{LOGIN}?next=/firms/"


@pytest.mark.parametrize("status", ["suspended", "pending"])
def test_a_person_who_is_not_active_cannot_enter(client, cast, status):
    with surface(IDENTITY):
        User.objects.filter(pk=cast.stranger.pk).update(status=status)
    assert enter(client, cast.stranger).url == "/accounts/inactive/"
    assert "suspended" in client.get("/accounts/inactive/").content.decode()
    assert client.get("/firms/").status_code == 302


def test_suspension_ends_open_sessions(client, cast):
    enter(client, cast.stranger)
    with surface(IDENTITY):
        User.objects.filter(pk=cast.stranger.pk).update(status="suspended")
    assert client.get("/firms/").status_code == 302


def test_sign_ins_are_on_record(client, cast):
    client.post(LOGIN, {"login": cast.stranger.email, "password": PASSWORD}, headers={"User-Agent": "Firefox"})
    client.post("/accounts/logout/")
    [login], [logout] = trail("login"), trail("logout")
    assert login.resource_id == login.user_id == logout.resource_id == cast.stranger.pk
    assert (login.ip_address, login.user_agent) == ("127.0.0.1", "Firefox")
    with surface(IDENTITY):
        person = User.objects.get(pk=cast.stranger.pk)
    assert person.last_login_ip == "127.0.0.1"
    assert person.last_login is not None


def test_failures_are_on_record_without_address_or_password(client, cast):
    for _ in range(2):
        enter(client, cast.stranger, "wrong secret")
    first, second = trail("login_failed")
    assert first.new_values == second.new_values
    assert first.user_id == first.resource_id == cast.stranger.pk
    assert cast.stranger.email not in str(first.new_values)
    assert "wrong secret" not in str(first.new_values)


def test_wrong_tries_are_paused(client, cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    for _ in range(5):
        enter(client, cast.stranger, "wrong")
    page = enter(client, cast.stranger).content.decode()
    assert "Sign-in is paused for this address" in page
    assert client.get("/firms/").status_code == 302


def test_the_sign_in_role_counts_tries_in_the_shared_cache(client, cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    shared = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}
    settings.CACHES = {**settings.CACHES, "default": shared}
    for _ in range(5):
        enter(client, cast.stranger, "wrong")
    assert "Sign-in is paused" in enter(Client(), cast.stranger).content.decode()
    with surface(IDENTITY), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT count(*) FROM cache_entries WHERE cache_key LIKE '%login_failed%'")
        assert cursor.fetchone()[0] > 0


@pytest.mark.parametrize("path", ["/health/", "/no-such-page/"])
def test_the_public_site_asks_the_database_nothing_for_a_signed_in_visitor(client, cast, path):
    enter(client, cast.stranger)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert list(queries) == []
    assert connection.alias == DEFAULT_DB_ALIAS


def test_the_app_role_sees_only_the_persons_own_row(cast):
    with acting_as(cast.stranger):
        assert [person.pk for person in User.objects.all()] == [cast.stranger.pk]


def test_the_app_role_reads_no_password(cast):
    with pytest.raises(ProgrammingError, match="permission denied"), acting_as(cast.stranger):
        User.objects.values_list("password").get()


def test_no_page_may_be_kept_by_a_shared_cache(client):
    assert "no-store" in client.get(LOGIN)["Cache-Control"]
