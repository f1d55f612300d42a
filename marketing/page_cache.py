"""Pages that are drawn already. Each is kept with what the site's texts were when it was drawn, and served while they are.

One small question tells: how many rows the tables of content have, what the times of their last change add up to, and how
many texts are published by now. Whatever an editor does changes it, in the transaction that does it, for every process;
and so does the hour a scheduled text waited for.
"""

import hashlib
import re
from collections.abc import Callable

from django.core.cache import caches
from django.db import connections
from django.http import HttpRequest, HttpResponse

#: A page is drawn anew this often whatever happens: its frame holds the operators' notice and the year.
SECONDS = 60
PREFIX = "site page"
#: All that a page's content depends on besides its path, and what it may say; `utm_source` and the like make no other page.
ASKED = {"page": re.compile(r"[1-9][0-9]{0,3}"), "period": re.compile("month|year")}
TEXTS = ("blog_posts", "case_studies", "cms_pages", "testimonials")
ROWS = ("blog_authors", "cms_media", "cms_renditions", "plan_offers", "slug_redirects")
ONE = "SELECT count(*), sum(extract(epoch FROM updated_at)), {} FROM {}"
STATE = " UNION ALL ".join(
    [
        *(
            ONE.format("count(*) FILTER (WHERE status = 'published' AND published_at <= statement_timestamp())", table)
            for table in TEXTS
        ),
        *(ONE.format("0", table) for table in ROWS),
    ]
)


def content_state() -> str:
    """Read before the content is: a change between the two makes the page look older than it is, never newer."""
    with connections["marketing"].cursor() as cursor:
        cursor.execute(STATE)
        return repr(cursor.fetchall())


def remembered(request: HttpRequest, draw: Callable[[], HttpResponse]) -> HttpResponse:
    asked = {name: request.GET[name] for name in ASKED if name in request.GET}
    if not all(ASKED[name].fullmatch(value) for name, value in asked.items()):
        return draw()  # nobody links there, and whoever makes such addresses up would fill the cache
    cache, key, state = caches["process"], key_of(request.path, asked), content_state()
    kept: tuple[str, bytes, dict[str, str]] | None = cache.get(key)
    if kept and kept[0] == state:
        return HttpResponse(kept[1], headers=kept[2])
    response = draw()
    if response.status_code == 200:
        cache.set(key, (state, response.content, dict(response.items())), SECONDS)
    return response


def key_of(path: str, asked: dict[str, str]) -> str:
    return hashlib.sha256(repr([PREFIX, path, asked]).encode()).hexdigest()
