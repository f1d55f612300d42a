"""Pages that change how an account is entered: an open session alone, which may be a stolen one, is not enough there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import policies

SIGN_IN_AGAIN = f"Sign out, sign in again, and do this within {policies.FRESH.seconds // 60} minutes of that."


def confirmed_first(view: Callable[..., Any], *, looking_is_free: bool = False) -> Callable[..., Any]:
    """Who has something to confirm with is asked for it; who has nothing of ours signs in where they do anew.

    allauth asks the former on most of these pages, and lets the latter through.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        looks = looking_is_free and request.method in ("GET", "HEAD")
        if looks or not request.user.is_authenticated or policies.confirmed_lately(request):
            return view(request, *args, **kwargs)
        if policies.can_confirm(request.user):
            raise ReauthenticationRequired
        messages.error(request, SIGN_IN_AGAIN)
        return redirect("mfa_index")

    return guarded
