"""How the person of a request has signed in, from what allauth keeps in the session."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.apps import apps
from django.http import HttpRequest

from accounts.models import User
from tenancy.context import IDENTITY, surface


def mfa_is_installed() -> bool:
    return apps.is_installed("allauth.mfa")


def has_second_factor(request: HttpRequest) -> bool:
    """This session was opened, or confirmed since, with a code or a passkey."""
    return any(record.get("method") == "mfa" for record in _records(request))


def provider_used(request: HttpRequest) -> str:
    """The provider that vouched for this session; empty for a password."""
    used = [record.get("provider", "") for record in _records(request) if record.get("method") == "socialaccount"]
    return used[-1] if used else ""


def is_enrolled(user: User) -> bool:
    """Has the person a second factor at all? Only the sign-in role may look."""
    if not mfa_is_installed():
        return False
    from allauth.mfa.utils import is_mfa_enabled

    with surface(IDENTITY):
        return is_mfa_enabled(user)


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    user: Any = request.user
    return get_authentication_records(request, user) if user.is_authenticated else []
