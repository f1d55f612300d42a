"""How the person of a request has signed in, from what allauth keeps in the session."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, get_reauthentication_flows
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.http import HttpRequest

from accounts.models import User
from accounts.oidc_settings import trusts
from tenancy.context import IDENTITY, surface

#: Who has neither password nor second factor signs in elsewhere; a sign-in so fresh counts as saying it again.
FRESH = timedelta(minutes=10)
#: How the records name a sign-in that a trusted device spared a code.
TRUSTED_DEVICE = "trusted_device"


def mfa_is_installed() -> bool:
    return apps.is_installed("allauth.mfa")


def has_second_factor(request: HttpRequest, *, trusted_devices_count: bool = False) -> bool:
    """This session was opened, or confirmed since, with a code or a passkey; or on a device that was, if that counts."""
    counting = {"mfa", TRUSTED_DEVICE} if trusted_devices_count else {"mfa"}
    return any(record.get("method") in counting for record in _records(request))


def address_from(request: Any, provider: str) -> str:
    """The confirmed address at this provider with which the session was opened; empty for any other sign-in.

    Not just the provider: anybody may have an account of their own at one that many firms use.
    """
    used = [record for record in _records(request) if record.get("method") == "socialaccount"]
    if not used or used[-1].get("provider") != provider:
        return ""
    with surface(IDENTITY):
        uid = str(used[-1].get("uid", ""))
        account = SocialAccount.objects.filter(user=request.user.pk, provider=provider, uid=uid).first()
    claims = account.extra_data if account else {}
    address = str(claims.get("email") or "")
    apps = get_adapter().list_apps(request, provider=provider)
    is_confirmed = claims.get("email_verified") is True or any(trusts(app.settings, address) for app in apps)
    return address if is_confirmed else ""


def confirmed_addresses(user_id: UUID) -> list[str]:
    """Only the sign-in role may look."""
    with surface(IDENTITY):
        return list(EmailAddress.objects.filter(user=user_id, verified=True).values_list("email", flat=True))


def is_enrolled(user: User) -> bool:
    """Has the person a second factor at all? Only the sign-in role may look."""
    if not mfa_is_installed():
        return False
    from allauth.mfa.utils import is_mfa_enabled

    with surface(IDENTITY):
        return is_mfa_enabled(user)


def can_confirm(user: Any) -> bool:
    """Has the person a password, a code or a passkey to confirm with? Only the sign-in role may look."""
    with surface(IDENTITY):
        return bool(get_reauthentication_flows(user))


def confirmed_lately(request: Any) -> bool:
    """The person has proved again, a moment ago, that it is them."""
    if not can_confirm(request.user):
        return signed_in_lately(request)
    with surface(IDENTITY):
        return did_recently_reauthenticate(request)


def signed_in_lately(request: HttpRequest) -> bool:
    """This very session was opened a moment ago; what its person does on another device says nothing about it."""
    return any(time.time() - record.get("at", 0) < FRESH.seconds for record in _records(request))


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    user: Any = request.user
    return get_authentication_records(request, user) if user.is_authenticated else []
