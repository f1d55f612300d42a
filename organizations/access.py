"""Guards of views. A view without one of them is refused by a test that walks every URL."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from organizations.narrowing import guard, refuse, require_feature
from organizations.permissions import Permission

View = Callable[..., HttpResponseBase]


def requires(permission: Permission, *, frees_a_place: bool = False) -> Callable[[View], View]:
    """Only members whose role or override grants the permission; 403 for other members of the firm.

    What a firm has beyond its plan is read-only; a view that `frees_a_place` works there too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.member.can(permission):
                if not request.member.is_given(permission):
                    request.lacks = permission  # for the page that says so
                refuse(request.member, permission)
            if not frees_a_place:
                guard(request.member, permission, kwargs)
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def needs_plan(feature: str) -> Callable[[View], View]:
    """What this view does when something is sent to it is in the firm's plan; to look is free. Stands below the other guard."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                require_feature(feature)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def any_member(view: View) -> View:
    """Every active member, whatever the role: the today page, leaving the firm."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    guarded.required_permission = None  # type: ignore[attr-defined]
    return guarded
