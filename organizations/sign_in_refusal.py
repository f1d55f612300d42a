"""The page for a member whose sign-in is not what the firm asks, and the notice before the day comes."""

from datetime import date
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils import timezone

from accounts.policies import is_enrolled
from look.dates import record_words
from organizations.mounts import root_url
from organizations.sign_in_policy import SignInPolicy


def refusal(request: Any) -> HttpResponse | None:
    """None lets the member in; what will be needed later is left on the request for a notice."""
    policy = SignInPolicy.of(request.organization)
    lacking = policy.lacking(request, request.member)
    if not lacking:
        return None
    lack, since = lacking[0]
    if since > timezone.localdate():
        request.sign_in_lack, request.enrol_url = (lack, since), url_if_installed("mfa_index")
        return None
    if request.is_api:
        raise PermissionDenied("The firm asks for another way to sign in. Open it in a browser to see which.")
    return render(request, "organizations/firm/sign_in_required.html", _words(request, policy, lack, since), status=403)


def _words(request: Any, policy: SignInPolicy, lack: str, since: date) -> dict[str, Any]:
    names = {app.provider_id: app.name for app in get_adapter().list_apps(request)}
    return {
        "lack": lack,
        "since": record_words(since),
        "provider": names.get(policy.sso_provider, policy.sso_provider),
        "enrolled": lack == "mfa" and is_enrolled(request.user),
        "enrol_url": url_if_installed("mfa_index"),
        "confirm_url": url_if_installed("mfa_reauthenticate"),
    }


def url_if_installed(name: str) -> str:
    try:
        return root_url(name)
    except NoReverseMatch:
        return ""
