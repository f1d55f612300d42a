"""Tokens for programs: got by password, good for ten minutes, renewed once each, ended with their session."""

import json
import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone

from accounts import tokens
from accounts.models import User, UserSession
from tenancy.context import IDENTITY, surface
from tests.api import ME, REFRESH, TOKENS, Program, api_url
from tests.cast import PASSWORD, Cast, signed_in

pytestmark = pytest.mark.django_db


def rows(person: Any) -> list[UserSession]:
    with surface(IDENTITY):
        return list(UserSession.objects.filter(user_id=getattr(person, "user_id", person.pk)))


def test_a_program_gets_tokens_and_reads_who_it_speaks_for(cast: Cast) -> None:
    program = Program(cast.ours.member)
    assert program.answer.status_code == 201 and program.tokens["expires_in"] == 600
    me = program.get(ME).json()
    assert me["email"] == cast.ours.member.email
    assert me["organizations"] == [{"slug": "harcourt", "name": "Harcourt & Pell LLP", "role": "member"}]


def test_no_answer_sets_a_cookie_or_is_kept(cast: Cast) -> None:
    program = Program(cast.ours.member)
    answers = [program.answer, program.get(ME), program.refresh(), program.get(api_url(cast.ours, "api_client_list"))]
    assert [answer.cookies.keys() for answer in answers] == [{}.keys()] * 4
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)


def test_a_cookie_opens_nothing_here(cast: Cast) -> None:
    browser = signed_in(cast.ours.owner)
    for address in (ME, api_url(cast.ours, "api_client_list")):
        answer = browser.get(address)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert browser.get("/firms/").status_code == 200 or browser.get("/firms/").status_code == 302
    assert browser.get(cast.ours.url("today")).status_code == 200  # and the cookie is still there


def test_a_token_opens_no_page_and_is_no_cookie(cast: Cast, settings: Any) -> None:
    program = Program(cast.ours.owner)
    assert program.get(cast.ours.url("today")).status_code == 302
    browser = Browser()
    for value in (program.tokens["access_token"], program.tokens["refresh_token"], str(rows(cast.ours.owner)[0].pk)):
        browser.cookies[settings.SESSION_COOKIE_NAME] = value
        assert browser.get(cast.ours.url("today")).status_code == 302


def test_the_session_of_a_browser_is_no_session_for_tokens(cast: Cast) -> None:
    signed_in(cast.ours.owner)
    program = Program()
    program.tokens = {"access_token": tokens._access(cast.ours.owner.user_id, rows(cast.ours.owner)[0].pk)}
    assert program.get(ME).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"password": "wrong"},
        {"email": "nobody@nowhere.example"},
    ],
    ids=["password", "address"],
)
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(cast: Cast, body: dict[str, str]) -> None:
    answer = Program().post(TOKENS, {"email": cast.ours.owner.email, "password": PASSWORD, **body})
    assert (answer.status_code, answer.json()["detail"]) == (401, "That email, password or code is not right.")
    assert rows(cast.ours.owner) == []


@pytest.mark.parametrize("state", ["suspended", "unconfirmed"])
def test_who_may_not_sign_in_gets_no_tokens(cast: Cast, state: str) -> None:
    person = cast.ours.owner
    with surface(IDENTITY):
        if state == "suspended":
            User.objects.filter(pk=person.user_id).update(status="suspended")
        else:
            EmailAddress.objects.filter(user_id=person.user_id).update(verified=False)
    assert Program(person).answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{", '{"email": 7}', '{"email": "a@b.example", "password": "a\\u0000b"}',
        '{"email": "a@b.example", "password": "\\ud800"}', "[" * 100_000,
    ],
    ids=["empty", "list", "broken", "number", "nul", "half a letter", "deep"],
)  # fmt: skip
def test_a_body_that_is_none_is_refused(body: str) -> None:
    for path, status in ((TOKENS, 400), (REFRESH, 401)):
        assert Program().post(path, body).status_code == status


def test_who_has_a_second_factor_needs_its_code(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(request: Any, user: User, code: str) -> None:
        if code != "123456":
            raise ValidationError("no")

    monkeypatch.setattr("accounts.policies.is_enrolled", lambda user: True)
    monkeypatch.setattr("accounts.tokens_views._check_code", check)
    assert Program(cast.ours.owner).answer.status_code == 401
    assert Program(cast.ours.owner, code="000000").answer.status_code == 401
    assert Program(cast.ours.owner, code="123456").answer.status_code == 201


def test_too_many_tries_are_stopped(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"api_tokens": "2/m/ip", "api_refresh": "1/m/ip"}
    statuses = [Program().post(TOKENS, {"email": "a@b.example", "password": "x"}).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    assert [Program().refresh("x").status_code for _ in range(2)] == [401, 429]


# --- access tokens ----------------------------------------------------------------------------------------------


def test_an_access_token_ends_after_ten_minutes(cast: Cast) -> None:
    program = Program(cast.ours.member)
    with time_machine.travel(timezone.now() + timedelta(minutes=9)):
        assert program.get(ME).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert program.get(ME).status_code == 401


def bent(program: Program, key: str = "", algorithm: str = "HS256", kid: str = "", **claims: Any) -> str:
    token = program.tokens["access_token"]
    told = jwt.decode(token, options={"verify_signature": False}) | claims
    used = jwt.get_unverified_header(token)["kid"]
    return jwt.encode(told, key or None, algorithm=algorithm, headers={"kid": kid or used})  # type: ignore[arg-type]


@pytest.mark.parametrize("bend", ["key", "none", "kid", "person", "session", "audience", "nothing"])
def test_a_bent_access_token_opens_nothing(cast: Cast, settings: Any, bend: str) -> None:
    program, other = Program(cast.ours.member), Program(cast.theirs.owner)
    key = next(iter(settings.API_TOKEN_KEYS.values()))
    their_session = str(rows(cast.theirs.owner)[0].pk)
    program.tokens["access_token"] = {
        "key": lambda: bent(program, "another key, long enough for HS256"),
        "none": lambda: bent(program, algorithm="none"),
        "kid": lambda: bent(program, key, kid="unknown"),
        "person": lambda: bent(program, key, sub=str(cast.theirs.owner.user_id)),
        "session": lambda: bent(program, key, sid=their_session),
        "audience": lambda: bent(program, key, aud="another"),
        "nothing": lambda: "x",
    }[bend]()
    assert program.get(ME).status_code == 401
    assert other.get(ME).status_code == 200


def test_keys_rotate_by_name(cast: Cast, settings: Any) -> None:
    program = Program(cast.ours.member)
    before = settings.API_TOKEN_KEYS
    settings.API_TOKEN_KEYS = {"new": "n" * 32, **before}
    assert program.get(ME).status_code == 200
    newer = Program(cast.ours.member)
    assert jwt.get_unverified_header(newer.tokens["access_token"])["kid"] == "new"
    settings.API_TOKEN_KEYS = {"new": "n" * 32}
    assert [program.get(ME).status_code, newer.get(ME).status_code] == [401, 200]


# --- refresh tokens and the session -----------------------------------------------------------------------------


def test_a_refresh_token_gives_a_new_pair_in_the_same_session(cast: Cast) -> None:
    program = Program(cast.ours.member)
    first = dict(program.tokens)
    renewed = program.refresh()
    program.tokens = renewed.json()
    assert renewed.status_code == 200 and program.tokens["refresh_token"] != first["refresh_token"]
    assert program.get(ME).status_code == 200
    assert len(rows(cast.ours.member)) == 1


def test_a_refresh_token_used_twice_ends_the_session_for_both(cast: Cast) -> None:
    thief, owner = Program(cast.ours.member), Program()
    owner.tokens = dict(thief.tokens)
    thief.tokens = thief.refresh().json()
    assert thief.get(ME).status_code == 200
    assert owner.refresh().status_code == 401
    assert [thief.get(ME).status_code, owner.get(ME).status_code] == [401, 401]
    assert thief.refresh().status_code == 401
    assert rows(cast.ours.member)[0].revoked_at is not None


def test_a_guessed_refresh_token_ends_nothing(cast: Cast) -> None:
    program = Program(cast.ours.member)
    token = program.tokens["refresh_token"]
    for guess in (token[:-2], "x", json.dumps([str(rows(cast.ours.member)[0].pk), "x"]), ""):
        assert Program().post(REFRESH, {"refresh_token": guess}).status_code == 401
    assert program.get(ME).status_code == 200


def test_the_table_holds_no_token(cast: Cast) -> None:
    program = Program(cast.ours.member)
    kept = b"".join(str(value).encode() for value in vars(rows(cast.ours.member)[0]).values())
    assert program.tokens["refresh_token"].encode() not in kept


ENDS = {
    "revoked": lambda person: UserSession.objects.filter(user_id=person.user_id).update(revoked_at=timezone.now()),
    "expired": lambda person: UserSession.objects.filter(user_id=person.user_id).update(expires_at=timezone.now()),
    "suspended": lambda person: User.objects.filter(pk=person.user_id).update(status="suspended"),
    "new_password": lambda person: User.objects.filter(pk=person.user_id).update(session_salt="another"),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_session_ends_its_tokens_at_the_next_request(cast: Cast, end: str) -> None:
    program = Program(cast.ours.member)
    with surface(IDENTITY):
        ENDS[end](cast.ours.member)
    assert program.get(ME).status_code == 401
    assert program.get(api_url(cast.ours, "api_client_list")).status_code == 401
    assert program.refresh().status_code == 401


def test_a_program_gives_its_tokens_back(cast: Cast) -> None:
    program, other = Program(cast.ours.member), Program(cast.ours.member)
    assert program.ask("delete", TOKENS).status_code == 204
    assert [program.get(ME).status_code, program.refresh().status_code, other.get(ME).status_code] == [401, 401, 200]
    assert Program().ask("delete", TOKENS).status_code == 401


def with_app(person: Any) -> str:
    """The person sets up an authenticator app and recovery codes, as allauth stores them; the secret of the app."""
    with surface(IDENTITY):
        user = User.objects.get(pk=person.user_id)
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
    return secret


def unused_codes(person: Any) -> list[str]:
    with surface(IDENTITY):
        kept = Authenticator.objects.get(user_id=person.user_id, type="recovery_codes")
        codes: list[str] = kept.wrap().get_unused_codes()
        return codes


def code_now(secret: str) -> str:
    found: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return found


def test_a_person_with_a_second_factor_needs_a_code_of_the_app(cast: Cast) -> None:
    secret = with_app(cast.ours.owner)
    assert Program(cast.ours.owner).answer.status_code == 401
    assert Program(cast.ours.owner, code="000000").answer.status_code == 401
    program = Program(cast.ours.owner, code=code_now(secret))
    assert program.answer.status_code == 201
    assert program.get(ME).status_code == 200
    assert Program(cast.ours.owner, code=code_now(secret)).answer.status_code == 401  # each code works once


def test_a_recovery_code_gets_tokens_once(cast: Cast) -> None:
    with_app(cast.ours.owner)
    code = unused_codes(cast.ours.owner)[0]
    assert Program(cast.ours.owner, code=code).answer.status_code == 201
    assert code not in unused_codes(cast.ours.owner)
    assert Program(cast.ours.owner, code=code).answer.status_code == 401


def test_a_recovery_code_used_by_a_program_is_told_and_a_code_is_taken_once_in_either_place(cast: Cast) -> None:
    owner = cast.ours.owner
    secret = with_app(owner)
    assert Program(owner, code=unused_codes(owner)[0]).answer.status_code == 201
    assert mail.outbox[-1].subject == "A recovery code was used" and mail.outbox[-1].to == [owner.email]
    code, now = code_now(secret), time.time()
    assert Program(owner, code=code).answer.status_code == 201
    with time_machine.travel(now + 31, tick=False):  # the code before is taken for a while, for clocks that go slow
        assert Program(owner, code=code).answer.status_code == 401
