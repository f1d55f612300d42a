"""Ending sessions, a browser's or a program's: the store knows a revoked one no more. See `app.session_by_token()`."""

from collections.abc import Callable
from typing import Any

from allauth.account import signals
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import UserSession
from accounts.session_store import token_hash
from accounts.sign_in_trail import write
from tenancy.context import alias_for, current

#: Told, in the same transaction, whose sessions ended: what a person has open elsewhere ends with them.
on_ended: list[Callable[[Any], None]] = []


def connect() -> None:
    for signal in (signals.password_changed, signals.password_set, signals.password_reset):
        signal.connect(after_new_password, dispatch_uid="accounts.after_new_password")


def end(sessions: QuerySet[UserSession], user: Any) -> int:
    """Those of them that are this person's and still open."""
    with transaction.atomic(using=alias_for(current().surface)):
        ended = sessions.filter(user=user.pk, revoked_at=None).update(revoked_at=timezone.now())
        if ended:
            write("sessions_ended", user, count=ended)
            for told in on_ended:
                told(user.pk)
    return ended


def others(request: HttpRequest) -> QuerySet[UserSession]:
    """All sessions but the one of this request."""
    return UserSession.objects.exclude(token_hash=token_hash(request.session.session_key))


def after_new_password(*, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """They are dead by the password alone (`User.get_session_auth_hash`); from here on no list shows them as open."""
    end(others(request), user)
