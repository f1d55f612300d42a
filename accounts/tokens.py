"""Tokens for programs: an access token good for ten minutes, and a refresh token good once. See docs/adr/0011.

Both belong to one row of `user_sessions`; when it is revoked, or its person's password changes, neither works.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User, UserSession
from accounts.session_store import SEEN_EVERY, SessionStore, token_hash
from audit.log import record_platform
from tenancy.context import current

ALGORITHM, ISSUER, AUDIENCE = "HS256", "tickmark", "tickmark-api"
ACCESS_FOR = timedelta(minutes=10)
SIGNER = Signer(salt="accounts.tokens.refresh")


class TokenRefused(Exception):
    """The token does not work, whatever the reason; who presents it learns no more."""


@dataclass(frozen=True)
class Pair:
    access: str
    refresh: str

    def as_json(self) -> dict[str, Any]:
        seconds = int(ACCESS_FOR.total_seconds())
        return {
            "access_token": self.access,
            "refresh_token": self.refresh,
            "token_type": "Bearer",
            "expires_in": seconds,
        }


def issue(user: User, methods: list[dict[str, Any]]) -> Pair:
    """A new session for a person who has just proved who they are, in the ways `methods` lists as allauth does."""
    facts = current().facts
    session = UserSession(
        user=user,
        token_hash=token_hash(secrets.token_urlsafe(32)),  # nobody knows it: this session is no browser's
        session_data=SessionStore().encode({
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            AUTHENTICATION_METHODS_SESSION_KEY: methods,
            "account_authentication_methods_user": str(user.pk),
        }),
        ip_address=facts.get("ip"),
        user_agent=facts.get("agent", "")[:300],
    )  # fmt: skip
    refresh = _new_refresh(session.pk)
    session.refresh_token_hash, session.expires_at = token_hash(refresh), _expiry()
    session.save(force_insert=True)
    record_platform("token_issued", "user_sessions", session.pk, by=user.pk)
    return Pair(_access(user.pk, session.pk), refresh)


def rotate(refresh: str) -> Pair:
    """A new pair for the one refresh token that is due. One used before is a theft: the session ends for both."""
    session = _session_of(refresh)
    living = UserSession.objects.filter(pk=session.pk, revoked_at=None, expires_at__gt=timezone.now())
    renewed = _new_refresh(session.pk)
    due = living.filter(refresh_token_hash=token_hash(refresh))
    if not _still_signed_in(session):
        raise TokenRefused
    if not due.update(refresh_token_hash=token_hash(renewed), expires_at=_expiry(), last_seen_at=timezone.now()):
        if living.update(revoked_at=timezone.now()):
            record_platform("token_reused", "user_sessions", session.pk, by=session.user_id)
        raise TokenRefused
    return Pair(_access(session.user_id, session.pk), renewed)


def revoke(session_id: uuid.UUID, user_id: uuid.UUID) -> None:
    UserSession.objects.filter(pk=session_id, user=user_id, revoked_at=None).update(revoked_at=timezone.now())
    record_platform("token_revoked", "user_sessions", session_id, by=user_id)


def claims(access: str) -> tuple[uuid.UUID, uuid.UUID]:
    """The person and the session an access token names. Whether the session still lives is the table's to say."""
    try:
        kid = str(jwt.get_unverified_header(access).get("kid"))
        found = jwt.decode(
            access,
            key=settings.API_TOKEN_KEYS[kid],
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": ["exp", "iat", "sub", "sid"]},
        )
        return uuid.UUID(found["sub"]), uuid.UUID(found["sid"])
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError):
        raise TokenRefused from None


def living_session(user_id: uuid.UUID, session_id: uuid.UUID) -> UserSession | None:
    """Asked under the policy of that person, at every request."""
    living = UserSession.objects.filter(
        revoked_at=None, expires_at__gt=timezone.now(), refresh_token_hash__isnull=False
    )
    session = living.filter(pk=session_id, user=user_id).first()
    if session is None or not _still_signed_in(session):
        return None
    if timezone.now() - session.last_seen_at > SEEN_EVERY:
        living.filter(pk=session.pk).update(last_seen_at=timezone.now())
    return session


def _access(user_id: Any, session_id: uuid.UUID) -> str:
    kid, now = next(iter(settings.API_TOKEN_KEYS)), timezone.now()
    told = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "iat": now,
        "exp": now + ACCESS_FOR,
    }
    return jwt.encode(told, settings.API_TOKEN_KEYS[kid], algorithm=ALGORITHM, headers={"kid": kid})


def _new_refresh(session_id: uuid.UUID) -> str:
    """Signed, so that one we have made and one somebody guessed are never confused: only the first ends a session."""
    return SIGNER.sign_object([str(session_id), secrets.token_urlsafe(32)])


def _session_of(refresh: str) -> UserSession:
    try:
        session_id, _ = SIGNER.unsign_object(refresh)
        return UserSession.objects.get(pk=uuid.UUID(session_id))
    except (BadSignature, ValueError, TypeError, UserSession.DoesNotExist):
        raise TokenRefused from None


def _still_signed_in(session: UserSession) -> bool:
    """As Django asks of a cookie: the account is open, and its password is the one the session began with."""
    began_with = SessionStore().decode(session.session_data).get(HASH_SESSION_KEY, "")
    user = User.objects.filter(pk=session.user_id).first()
    return user is not None and user.is_active and constant_time_compare(began_with, user.get_session_auth_hash())


def _expiry() -> Any:
    return timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
