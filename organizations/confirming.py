"""Deeds for which a session alone, which may be a stolen one, is not enough: whoever does them shows again that it is
them."""

from typing import Any
from urllib.parse import urlencode

from accounts import policies
from accounts.confirming import SIGN_IN_AGAIN
from organizations.mounts import root_url

SAY_AGAIN = "Show again that it is you first: the link below leads there and back."


def confirm_url(request: Any) -> str:
    """Where they show it and come back; empty where they have lately, or have nothing of ours to show."""
    if policies.confirmed_lately(request) or not policies.can_confirm(request.user):
        return ""
    return f"{root_url('account_reauthenticate')}?{urlencode({'next': request.path})}"


def refusal(request: Any) -> str:
    """What is said to somebody who has not shown it; empty to everybody else."""
    if policies.confirmed_lately(request):
        return ""
    return SAY_AGAIN if policies.can_confirm(request.user) else SIGN_IN_AGAIN
