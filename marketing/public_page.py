"""The site's pages: open to everybody, the same for everybody, about no person and no session."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from marketing.frame import draw
from marketing.outage import Unreachable, database
from marketing.page_cache import remembered
from marketing.views.not_found import not_found

View = Callable[..., HttpResponse]

A_MINUTE = 60


def public_page(
    *, max_age: int = A_MINUTE, counted: bool = True, stands_alone: bool = False, **cache: Any
) -> Callable[[View], View]:
    """`counted`: somebody reads it, so it is a page view (`marketing.page_views`); a picture or a feed is none.
    `stands_alone`: it has an answer of its own without its database."""

    def decorate(view: View) -> View:
        kept = cache_control(public=True, max_age=max_age, **cache)(
            once_drawn(view, stands_alone) if max_age == A_MINUTE else view
        )
        found: Any = login_not_required(told_where_missing(conditional_page(require_safe(kept))))
        found.is_counted = counted
        return found

    return decorate


def told_where_missing(view: View) -> View:
    """By a page of the site's own, and past every cache."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return not_found(request)

    return wrapper


def once_drawn(view: View, stands_alone: bool) -> View:
    """Drawn again only where something of the site has changed."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with database():
                return remembered(request, lambda: view(request, *args, **kwargs))
        except Unreachable:
            if stands_alone:
                return view(request, *args, **kwargs)
            raise

    return wrapper


def needs_database(view: View) -> View:
    """Without its database the page says so, plainly, instead of failing."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with database():
                return view(request, *args, **kwargs)
        except Unreachable:
            response = draw(request, "marketing/outage.html", title="Not available", canonical="", status=503)
            response["Retry-After"], response["Cache-Control"] = "60", "no-store"
            return response

    return wrapper
