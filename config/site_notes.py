"""What operators should see to on the public site. Their own pages open while its database is away."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse

from marketing import first_pages
from marketing.outage import Unreachable, database

AWAY = "The public site’s database does not answer. Visitors are told so; firms notice nothing."
MISSING = "Visitors of the public site find no page {}. Drafts are made, filled in and published under Pages."


def notes() -> list[str]:
    try:
        with database():
            titles = first_pages.not_published()
    except Unreachable:
        return [AWAY]
    return [MISSING.format(", ".join(f"“{title}”" for title in titles))] if titles else []


def guarded(alias: str) -> AbstractContextManager[None]:
    """What is asked of the site's database: `Unreachable` where that is away, and then nobody waits for it again."""
    return database() if alias == "marketing" else nullcontext()


def or_told(view: Callable[..., HttpResponse], frame: Callable[[HttpRequest], dict[str, Any]]) -> Any:
    """A page that edits the site, or one that says why it cannot be had just now."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            found = view(request, *args, **kwargs)
            return found.render() if isinstance(found, SimpleTemplateResponse) else found  # forms ask while drawn
        except (InterfaceError, OperationalError):
            if answers():
                raise
        context = {**frame(request), "title": "The public site’s database does not answer"}
        return render(request, "admin/marketing/away.html", context, status=503)

    return wrapper


def answers() -> bool:
    try:
        with database(), connections["marketing"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Unreachable:
        return False
    return True
