"""Whoever is signed out signs in first, and comes back to a page: a form sent meanwhile is not sent again by itself."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


class SignInFirstMiddleware(LoginRequiredMiddleware):
    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method not in ("GET", "HEAD") and (page := page_of_form(request)):
            messages.warning(request, "You were signed out meanwhile, so nothing was changed. Sign in and do it again.")
            return redirect_to_login(page, self.get_login_url(view_func), self.get_redirect_field_name(view_func))
        return super().handle_no_permission(request, view_func)


def page_of_form(request: HttpRequest) -> str:
    """Where the form stood that a person sent; nothing for what scripts send, or comes from elsewhere."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    if not is_ours or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return ""
    return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()
