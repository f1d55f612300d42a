"""Tokens a member makes for programs: for one firm, for some of the member's permissions, until a day. See docs/adr/0012.

A program that holds one acts as the member, never as more than the member may do at that moment. People who sign in
with a passkey or at their firm's own provider have no password to give a program; this is their way.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import User
from accounts.session_store import SEEN_EVERY
from accounts.tokens_middleware import TokenSession
from organizations.lookups import access_token_by_hash
from organizations.models import AccessToken, Membership
from organizations.permissions import Permission
from tenancy.context import tenant

#: How each begins, so that people and the programs that look for leaked secrets know one by sight.
START = "tickmark_"
#: So many a member may have at a time.
MOST = 20


class TokenNotMade(Exception):
    """The message is a sentence for the person."""


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def make(
    *, by: Membership, request: Any, name: str, permissions: Iterable[Permission], days: int
) -> tuple[AccessToken, str]:
    """The row, and the token that nobody can read again. Raises TokenNotMade."""
    Membership.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two presses count one after the other
    if AccessToken.objects.living().filter(member=by).count() >= MOST:
        raise TokenNotMade(f"You have {MOST} tokens. End one before you make another.")
    token = START + secrets.token_urlsafe(32)
    kept = ("account_authentication_methods_user", AUTHENTICATION_METHODS_SESSION_KEY)
    row = AccessToken.objects.create(
        member=by,
        name=name,
        token_hash=token_hash(token),
        permissions=sorted(permission.value for permission in permissions if by.can(permission)),
        sign_in={key: request.session[key] for key in kept if key in request.session}
        | {HASH_SESSION_KEY: request.user.get_session_auth_hash()},
        expires_at=timezone.now() + timedelta(days=days),
    )
    return row, token


def revoke(token: AccessToken) -> None:
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def session_of(token: str) -> TokenSession | None:
    """What the token stands for: signed in as its person, in its firm, as the person had signed in when it was made."""
    found = access_token_by_hash(token_hash(token))
    if found is None:
        return None
    organization_id, user_id, token_id = found
    with tenant(organization_id, user=user_id):
        row = AccessToken.objects.get(pk=token_id)
        if not row.is_of_this_password(User.objects.get(pk=user_id)):
            return None
        if row.last_used_at is None or timezone.now() - row.last_used_at > SEEN_EVERY:
            AccessToken.objects.filter(pk=row.pk).update(last_used_at=timezone.now())
    signed_in = {SESSION_KEY: str(user_id), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]}
    session = TokenSession(data=row.sign_in | signed_in)
    session.organization_id, session.permissions, session.token_id = organization_id, row.permissions, row.pk
    return session


def narrow(member: Membership, session: TokenSession) -> None:
    """From here on the member may do no more than the token says."""
    if session.permissions is not None:
        member.narrowed_to = frozenset(p for p in Permission if p.value in session.permissions)
