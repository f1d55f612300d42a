"""Lifting a pause of sign-in by the mailed link. Opening it changes nothing: mail programs open links by themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import sign_in_lock, sign_in_trail


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, token: str) -> HttpResponse:
    user = sign_in_lock.user_of_link(token)
    if user is None or request.method != "POST":
        return render(request, "account/unlock.html", {"can_unlock": user is not None})
    response = redirect("account_login")
    sign_in_lock.lift(request, response, user)
    sign_in_trail.write("sign_in_unlocked", user)
    messages.success(request, "You can sign in again.")
    return response
