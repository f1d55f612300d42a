"""Requests of programs: the bearer token is the session, cookies count for nothing, and every answer is JSON."""

import json
from collections.abc import Callable, Collection, Mapping
from http.client import responses
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from accounts import call_limits
from accounts.models import UserSession
from accounts.session_store import SessionStore
from accounts.tokens import TokenRefused, claims, living_session
from tenancy.context import acting_as

SENTENCES = {
    308: "This is at another address: ask the one in the Location header.",
    400: "The request is not well-formed.",
    401: "Send an access token that is still good: Authorization: Bearer …",
    403: "You may not do this.",
    404: "There is nothing here for you.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    429: "Too many tries. Wait a minute.",
}
#: Errors are told as RFC 9457 has it.
PROBLEM = "application/problem+json"


class TokenSession(SessionStore):
    """What a token says of its person; never written back, never a cookie."""

    # Django would set a cookie for a session that was changed.
    modified = property(lambda self: False, lambda self, value: None)

    #: A token made for one firm opens that firm alone, and allows no more than it says.
    organization_id: UUID | None = None
    permissions: Collection[str] | None = None

    def __init__(self, row: UserSession | None = None, data: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.row, self.token_id = row, row.pk if row else None
        self._session_cache = SessionStore().decode(row.session_data) if row else data or {}

    def is_empty(self) -> bool:
        return False

    def save(self, must_create: bool = False) -> None:
        """Nothing that happens during a request changes a token's session."""

    def flush(self) -> None:
        self._session_cache = {}


#: Kinds of tokens of the apps above, by how they start: each answers with the session one stands for, or None.
kinds: dict[str, Callable[[str], TokenSession | None]] = {}


class TokenMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not getattr(request, "is_api", False):
            return self.get_response(request)
        request.session = session_of(request.headers.get("Authorization", ""))
        request._dont_enforce_csrf_checks = True  # a browser never sends this header by itself
        is_open = request.surface == "identity"
        if not is_open and SESSION_KEY not in request.session:
            return refusal(401)
        if not is_open and (seconds := call_limits.seconds_to_wait(request, request.session[SESSION_KEY])):
            return refusal(
                429, f"Too many requests. Try again in {seconds} seconds.", headers={"Retry-After": str(seconds)}
            )
        response = as_json(self.get_response(request))
        response.cookies.clear()
        patch_cache_control(response, private=True, no_store=True)
        return response


def session_of(header: str) -> TokenSession:
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer":
        return TokenSession()
    for start, kind in kinds.items():
        if token.startswith(start):
            return kind(token) or TokenSession()
    try:
        user_id, session_id = claims(token)
    except TokenRefused:
        return TokenSession()
    with acting_as(user_id):
        return TokenSession(living_session(user_id, session_id))


def as_json(response: HttpResponse) -> HttpResponse:
    """What the middleware of pages answers to people, a program reads as a status and a sentence."""
    if (
        response.headers.get("Content-Type", "").startswith(("application/json", PROBLEM))
        or response.status_code == 204
    ):
        return response
    if response.status_code in (301, 302):
        return _led(response.headers["Location"])
    kept = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
    return refusal(response.status_code, headers=kept)


def _led(address: str) -> HttpResponse:
    """To the sign-in page, as people are: that is no place for a program. Or to where this is now, by the same method."""
    return refusal(308, headers={"Location": address}) if address.startswith("/api/") else refusal(401)


def refusal(status: int, sentence: str = "", headers: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
    """`more` is what a program needs to do better: which fields, or what stands there now."""
    words = sentence or SENTENCES.get(status, "That did not work.")
    body = {"type": "about:blank", "title": responses.get(status, "Error"), "status": status, "detail": words, **more}
    challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    text = json.dumps(body, cls=DjangoJSONEncoder)
    return HttpResponse(text, content_type=PROBLEM, status=status, headers={**challenge, **(headers or {})})
