"""Guards of views. A view without one of them is refused by a test that walks every URL."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from organizations.permissions import Permission

View = Callable[..., HttpResponseBase]


def requires(permission: Permission) -> Callable[[View], View]:
    """Only members whose role or override grants the permission; 403 for other members of the firm."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.member.can(permission):
                request.lacks = permission  # for the page that says so
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def any_member(view: View) -> View:
    """Every active member, whatever the role: the today page, leaving the firm."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    guarded.required_permission = None  # type: ignore[attr-defined]
    return guarded
