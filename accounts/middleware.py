"""Pages of a person outside any firm: a transaction that sees that person's own rows, or an operator's reach."""

from collections.abc import Callable
from contextlib import ExitStack

from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from accounts.locales import reading
from tenancy.context import OPERATOR, acting_as, alias_for, all_tenants, current


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "surface", "") == "identity":
            with reading(request.user):
                return self.get_response(request)
        if getattr(request, "surface", "") not in ("person", "operator"):
            return self.get_response(request)
        with ExitStack() as stack:
            stack.enter_context(acting_as(request.session.get(SESSION_KEY)))
            if current().surface == OPERATOR:
                # Lifts the manager's filter alone; what an operator may read is up to the policies of that role.
                stack.enter_context(all_tenants(reason="operator"))
            stack.enter_context(reading(request.user))
            return finish(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.failed = True  # type: ignore[attr-defined]


def finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep nothing of a request that failed, and no answer in shared caches. get_response() never raises: failure shows as a mark or a status."""
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_store=True)
    if response.status_code >= 500 or getattr(request, "failed", False):
        transaction.set_rollback(True, using=alias_for(current().surface))
    return response
