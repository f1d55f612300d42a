"""A refusal of the plan, wherever it comes from, is a page that says what to do, and shows what was typed."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.entitlements import PlanRefused
from billing.refusing import payers

#: Not typed by anybody.
HIDDEN = {"csrfmiddlewaretoken", "key", "seen", "next"}
SECRETS = ("password", "passcode")
#: The sentence alone, as JSON, for a page that asked for a part of itself and keeps what stands on it.
REFUSAL = "X-Refusal"


class PlanRefusalMiddleware:
    """Below the firm's own: the page is drawn inside the firm, and what the request has written is taken back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PlanRefused) or not hasattr(request, "member") or request.is_api:
            return None
        request.failed = True
        context = {"reason": str(exception), "payers": payers(), "typed": typed(request)}
        answer = render(request, "billing/refused.html", context, status=403)
        answer.headers[REFUSAL] = json.dumps(str(exception))
        return answer


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody wrote, to be copied: fields by name, without what pages put in by themselves, or secrets."""
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, values in request.POST.lists()
        if name not in HIDDEN and not any(secret in name for secret in SECRETS)
        for value in values
        if value.strip()
    ]
