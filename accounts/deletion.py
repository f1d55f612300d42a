"""Deleting the own account: at once for the person, after a time of grace for the address, never for the firms' records.

What a member did stays told under the name the firm knew (the membership). The account ends in three steps: `leave()`
ends every membership; `close()`, once that is committed, closes the account and ends every session; `forget()`, thirty
days later, blanks the row and frees the address. The last two are jobs as well, for whatever comes in between.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from accounts import avatars
from accounts.models import TrustedDevice, User, UserProfile, UserSession
from accounts.models.user import new_session_salt
from accounts.person_changes import on_change
from audit.log import record_platform
from tenancy.context import IDENTITY, alias_for, surface

GRACE = timedelta(days=30)


class Obstacle(NamedTuple):
    """Why the account cannot go yet, and where that is put right."""

    sentence: str
    url: str
    link: str


#: Rules of the apps above. Each locks what it asks about, so that it stays true until the transaction ends.
obstacle_rules: list[Callable[[User], list[Obstacle]]] = []


def obstacles(user: User) -> list[Obstacle]:
    found = [obstacle for rule in obstacle_rules for obstacle in rule(user)]
    if user.is_operator:
        found.append(Obstacle("You are an operator. Ask another operator to take that right from you first.", "", ""))
    return found


def is_own_password(user: User, password: str) -> bool:
    """Only the sign-in role may read the hash."""
    with surface(IDENTITY):
        return User.objects.only("password").get(pk=user.pk).check_password(password)


def has_password(user: Any) -> bool:
    with surface(IDENTITY):
        return User.objects.only("password").get(pk=user.pk).has_usable_password()


def leave(user: User) -> None:
    """The first step, in the transaction that asked for obstacles and under their locks: two last owners cannot both leave.

    The firms are left at once. The account is another role's to close: `close()` follows the commit, and a job makes
    sure of it. So nobody is ever left with a closed account and open memberships, and a wish to go is never lost.
    """
    user.deleted_at = timezone.now()
    for copy in on_change:
        copy(user)


def close(user_id: UUID) -> None:
    """Close the account and end every session. Doing it again changes nothing."""
    with surface(IDENTITY), transaction.atomic(using=alias_for(IDENTITY)):
        user = User.objects.select_for_update().get(pk=user_id)
        if user.status == User.Status.DELETED:
            return
        user.status, user.deleted_at = User.Status.DELETED, timezone.now()
        user.save(update_fields=["status", "deleted_at"])
        end_sessions(user.pk)
        record_platform("account_deleted", "users", user.pk, by=user.pk)


def end_sessions(user_id: UUID) -> None:
    """Of browsers and programs; no device is trusted any more."""
    with surface(IDENTITY), transaction.atomic(using=alias_for(IDENTITY)):
        User.objects.filter(pk=user_id).update(session_salt=new_session_salt())
        UserSession.objects.filter(user=user_id).delete()
        TrustedDevice.objects.filter(user=user_id).delete()


def forget(user_id: UUID) -> None:
    """Blank what is left of a deleted account and free its address. Doing it again changes nothing."""
    with surface(IDENTITY), transaction.atomic(using=alias_for(IDENTITY)):
        user = User.objects.select_for_update().filter(pk=user_id, status=User.Status.DELETED).first()
        if user is None:
            return
        picture, user.avatar = user.avatar, ""
        user.email = f"{user.pk}@deleted.invalid"
        user.first_name, user.last_name, user.full_name = "", "", "Deleted account"
        user.timezone, user.notification_settings = "", {}
        user.auth0_id, user.last_login_ip = None, None
        user.set_unusable_password()
        user.save()
        EmailAddress.objects.filter(user=user).delete()
        SocialAccount.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        UserProfile.objects.filter(user=user).delete()
        record_platform("account_forgotten", "users", user.pk)
    avatars.discard(user.pk, picture)
    for copy in on_change:
        copy(user)
