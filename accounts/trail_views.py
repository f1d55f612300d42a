"""Everything that happened to one's account, page by page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import own_trail


@require_safe
def account_trail(request: Any) -> HttpResponse:
    asked = request.GET.get("only", "")
    kind = asked if asked in own_trail.KINDS else ""
    page = own_trail.events(request.user, kind, before=_id(request, "before"), after=_id(request, "after"))
    context = {
        "page": page,
        "kinds": [(words, _link(only=word), word == kind) for word, (words, _) in own_trail.KINDS.items()],
        "newer": _link(only=kind, after=page.newer) if page.newer else "",
        "older": _link(only=kind, before=page.older) if page.older else "",
    }
    return render(request, "account/trail.html", context)


def _id(request: Any, name: str) -> UUID | None:
    """What is no id begins at the newest line."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _link(**query: Any) -> str:
    return reverse("account_trail", query={name: value for name, value in query.items() if value})
