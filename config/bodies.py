"""What a browser sends is taken in before anybody asks the database."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError

#: Where no more is read than is ever sent: strangers may send there.
SMALL = {"/webhooks/": 512 * 1024}

BODILESS = ("GET", "HEAD", "OPTIONS", "TRACE")


class BodyMiddleware:
    """Reads the whole request first: a form into its fields and files, anything else as it is.

    Whatever reads the body later, the guard against forged forms among them, finds it read. So a slow sender holds no
    connection, no transaction and no lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_too_large(request):
            return HttpResponse(status=413)
        if request.method not in BODILESS:
            with suppress(UnreadablePostError):  # the sender went away; the view finds nothing sent
                _ = request.POST if _is_form(request) else request.body
        return self.get_response(request)


def _is_too_large(request: HttpRequest) -> bool:
    """By what the sender says of its length: a server reads no further than that, and what says nothing is not read."""
    most = next((size for place, size in SMALL.items() if request.path_info.startswith(place)), None)
    said = request.META.get("CONTENT_LENGTH") or ""
    return most is not None and request.method not in BODILESS and not (said.isdigit() and int(said) <= most)


def _is_form(request: Any) -> bool:
    """Programs send JSON. What one sends as a form is taken as it is, for the operation to refuse."""
    forms = ("multipart/form-data", "application/x-www-form-urlencoded")
    return request.content_type in forms and not request.is_api
