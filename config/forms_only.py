"""Whoever opens an address that only takes forms, from the history or the address bar, is led to the page it belongs to."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import is_valid_path

from portal.rendering import render_portal


class FormsOnlyMiddleware:
    """The innermost: the page is drawn where the view was asked, in the firm or the portal. Programs get the bare answer."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or request.is_api or not request.accepts("text/html"):
            return response
        context = {"page_url": page_above(request.path_info)}
        if request.surface == "portal":
            page = render_portal(request, "portal/forms_only.html", context, status=405)
        else:
            page = render(request, "405.html", context, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def page_above(path: str) -> str:
    """The nearest address above this one that leads anywhere, as a link that does not repeat what was asked for."""
    parts, ups = path.rstrip("/").split("/")[:-1], 1
    while len(parts) > 1 and not is_valid_path("/".join(parts) + "/"):
        parts.pop()
        ups += 1
    return "../" * ups
