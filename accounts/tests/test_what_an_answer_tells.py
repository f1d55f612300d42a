"""No answer tells whether an address is known, not even by the work behind it: passwords are hashed alike for both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.api import TOKENS
from tests.cast import Cast

pytestmark = pytest.mark.django_db
UNKNOWN, PASSWORD = "nobody@nowhere.example", "a password nobody has"


@contextmanager
def counted() -> Iterator[list[int]]:
    """How often a password is hashed: the one thing here that takes long enough to be measured from outside."""
    hashed: list[int] = []
    encode = MD5PasswordHasher.encode

    def counting(self: Any, password: str, salt: str) -> str:
        hashed.append(1)
        return encode(self, password, salt)

    with patch.object(MD5PasswordHasher, "encode", counting):
        yield hashed


def sign_in(address: str) -> Any:
    return Browser().post("/accounts/login/", {"login": address, "password": PASSWORD})


def sign_up(address: str) -> Any:
    return Browser().post("/accounts/signup/", {"full_name": "Nora New", "email": address, "password1": PASSWORD})


def reset(address: str) -> Any:
    return Browser().post("/accounts/password/reset/", {"email": address})


def ask_for_a_token(address: str) -> Any:
    body = {"email": address, "password": PASSWORD}
    return Browser().post(TOKENS, body, content_type="application/json")


@pytest.mark.parametrize(("ask", "hashings"), [(sign_in, 1), (sign_up, 1), (reset, 0), (ask_for_a_token, 1)])
def test_a_known_and_an_unknown_address_cost_the_same_hashings(
    cast: Cast, ask: Callable[[str], Any], hashings: int
) -> None:
    answers = []
    for address in (cast.stranger.email, UNKNOWN):
        with counted() as hashed:
            answer = ask(address)
        assert len(hashed) == hashings
        answers.append((answer.status_code, answer.headers.get("Location")))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("ask", [sign_in, ask_for_a_token])
def test_a_wrong_password_costs_about_as_many_queries_as_an_unknown_address(
    cast: Cast, ask: Callable[[str], Any]
) -> None:
    spent = []
    for address in (cast.stranger.email, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            ask(address)
        spent.append(len(queries))
    assert abs(spent[0] - spent[1]) <= 2


@pytest.mark.parametrize("ask", [reset, sign_up])
def test_the_mail_to_an_unknown_address_is_as_real_as_the_other(
    cast: Cast, mailoutbox: list[Any], ask: Callable[[str], Any]
) -> None:
    for address in (cast.stranger.email, UNKNOWN):
        ask(address)
    assert [mail.to for mail in mailoutbox] == [[cast.stranger.email], [UNKNOWN]]
