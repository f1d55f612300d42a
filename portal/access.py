"""Guards of the portal's views. A view without one of them is refused by a test that walks every URL."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from organizations.access import View
from portal.deep_links import page_of, with_next

SIGNED_OUT = gettext_lazy("You are signed out on this device, so nothing was sent. Sign in and send it again.")


def contact_required(view: View) -> View:
    """Only the portal's contact, signed in. Others are led to sign-in, and back here afterwards."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.contact_session is None:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    guarded.portal_guard = "contact"  # type: ignore[attr-defined]
    return login_not_required(guarded)


def open_to_link_holders(view: View) -> View:
    """Whoever has the portal's address: the pages before sign-in."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    guarded.portal_guard = "open"  # type: ignore[attr-defined]
    return login_not_required(guarded)


def wants_json(request: Any) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _to_sign_in(request: Any) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": str(SIGNED_OUT)}, status=403)
    if request.method == "POST":
        messages.warning(request, str(SIGNED_OUT))
    return redirect(with_next("portal_entry", page_of(request.path)))
