"""Is it well, and its figures: asked by machines, of one process at its own address."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import resolve

PLACES = ("/health/", "/health/ready/", "/metrics/")


class MachineMiddleware:
    """Answers before anything asks for a host name, a session or a person.

    Docker, a load balancer and Prometheus name an address of the machine that stands in no ALLOWED_HOSTS; nothing in
    these answers is made of it.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path_info not in PLACES:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        return match.func(request, *match.args, **match.kwargs)
