"""Visits to pages, put together by Hypothesis: any page that can be read, with any parameters and either firm's rows."""

import base64
import copy
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.template import Template
from hypothesis import strategies as st

from clients.client_search import ORDERS
from clients.models import Client, ClientContact, Document, InformationRequest, Project, RequestList
from clients.models.request_status import Status
from organizations.models import Membership
from organizations.models.membership import Role
from search.kinds import KINDS
from tests.isolation.copies import using
from tests.isolation.pages import OBJECTS, ORGANIZATION_PAGES, PORTAL_PAGES, Page, our_objects
from tests.isolation.worlds import WORDS, Worlds

#: Differs from visit to visit, whoever else is there: the token of a form, the number that makes it count once, the
#: database's clock, and under which reference the log has an error.
PASSING = re.compile(rb'(name="(?:csrfmiddlewaretoken|key|submission|seen)" value="|"X-CSRFToken": ")[^"]*')
REFERENCE = re.compile(rb"(Reference <span[^>]*>)[^<]*</span>[^<]*")
LISTED = 3  # pages with a list are visited so many times as often


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes


@dataclass(frozen=True)
class Visit:
    who: str
    page: Page
    objects: dict[str, Any]
    params: dict[str, str]
    partial: bool

    def __repr__(self) -> str:
        return f"{self.who} asks for {self.page.name} {self.objects} {self.params}{' as a part' * self.partial}"

    def answer(self, worlds: Worlds) -> Answer:
        response = self.response(worlds)
        return Answer(
            response.status_code, dict(response.headers), sorted(response.cookies), neutral(content(response))
        )

    def response(self, worlds: Worlds) -> HttpResponse:
        """Asked inside a transaction that leaves nothing behind, with nothing kept from an earlier visit."""
        browser = worlds.browsers[self.who]
        cookies, mounted = copy.deepcopy(browser.cookies), worlds.cast.ours
        address = (mounted.portal if self.who == "contact" else mounted.url)(self.page.name, **self.objects)
        cache.clear()
        try:
            with transaction.atomic():
                headers = {"HX-Request": "true"} if self.partial else {}
                response = browser.get(address, self.params, headers=headers)
                transaction.set_rollback(True)
                return response
        finally:
            browser.cookies = cookies


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def neutral(body: bytes) -> bytes:
    return REFERENCE.sub(rb"\1", PASSING.sub(rb"\1", body))


def readable(worlds: Worlds) -> list[tuple[str, Page]]:
    """Pages that answer GET; those that list something come up more often."""
    found = [("owner", page) for page in ORGANIZATION_PAGES] + [("contact", page) for page in PORTAL_PAGES]
    with using(worlds.both), undrawn():
        kept = [
            (who, page)
            for who, page in found
            if Visit(who, page, next(our_objects(page, worlds.cast.ours)), {}, False).response(worlds).status_code
            != 405
        ]
    return kept + [(who, page) for who, page in kept if "list" in page.name] * LISTED


@contextmanager
def undrawn() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda template, context: "")
        yield


@st.composite
def visits(draw: Any, worlds: Worlds, places: list[tuple[str, Page]]) -> Visit:
    who, page = draw(st.sampled_from(places))
    if who == "owner" and draw(st.integers(0, 3)) == 3:
        who = "viewer"
    objects = {name: draw(st.sampled_from(rows_for(name, worlds))) for name in page.objects}
    return Visit(who, page, page.filled(objects), draw(parameters(worlds)), draw(st.booleans()))


NAMED = [(Client, "name"), (ClientContact, "email"), (InformationRequest, "title"), (Project, "name")]
#: Page that answers a question in words → where words stand that it may find.
SEARCHES: dict[str, list[tuple[Any, str]]] = {
    "search": NAMED,
    "search_palette": NAMED,
    "document_search": [(Document, "name")],
    "client_list": [(Client, "name")],
}


@st.composite
def searches(draw: Any, worlds: Worlds) -> Visit:
    """A search for a word of some row, whoever's it is."""
    page = draw(st.sampled_from([page for page in ORGANIZATION_PAGES if page.name in SEARCHES]))
    who = draw(st.sampled_from(["owner", "owner", "viewer"]))
    texts = [str(text) for place in SEARCHES[page.name] for text in worlds.samples[place]]
    words = sorted({word for text in texts for word in re.findall(r"\w{3,}", text)} - {"pdf", "com"})
    kind = draw(st.none() | st.sampled_from(list(KINDS))) if page.name == "search" else None
    params = {"q": draw(st.sampled_from(words))} | ({"kind": kind} if kind else {})
    return Visit(who, page, {}, params, draw(st.booleans()))


def rows_for(argument: str, worlds: Worlds) -> list[uuid.UUID]:
    """Mostly the firm's own, as pages that are not there are all alike."""
    ours, theirs = worlds.cast.ours, worlds.cast.theirs
    own = [getattr(ours, name).pk for name in OBJECTS[argument]]
    model = type(getattr(ours, OBJECTS[argument][0]))
    known = worlds.samples[model, model._meta.pk.name][:4]
    return [*own * 4, *(getattr(theirs, name).pk for name in OBJECTS[argument]), *known]


def parameters(worlds: Worlds) -> st.SearchStrategy[dict[str, str]]:
    known = worlds.samples
    names = [*WORDS, *known[Client, "name"], *known[RequestList, "title"], *known[Membership, "display_name"]]
    ids = [str(pk) for model in (Client, RequestList, InformationRequest, Membership) for pk in known[model, "id"][:9]]
    words = st.one_of(st.sampled_from(names), st.sampled_from(names).map(lambda name: name[:3]), st.just("' % _ \\"))
    pairs = st.tuples(st.sampled_from([*names, *map(str, known[Client, "created_at"])]), st.sampled_from(ids))
    cursors = pairs.map(lambda pair: base64.urlsafe_b64encode(json.dumps(pair).encode()).decode().rstrip("="))
    one_of = st.sampled_from
    return st.fixed_dictionaries({}, optional={
        "q": words, "section": words, "o": one_of(list(ORDERS)), "after": cursors, "before": cursors,
        "status": one_of(["all", *Client.Status.values, *Status.values, "overdue"]),
        "type": one_of(Client.Kind.values), "lead": st.just("me"), "state": one_of(["", "all", *RequestList.Status.values]),
        "mine": st.just("1"), "show": one_of(["all", "mine"]), "role": one_of([*Role.values, ""]),
        "client": one_of(ids), "open": one_of(ids), "assigned": one_of([*ids, "me", "nobody"]), "overdue": st.just("1"),
        "version": one_of(["1", "2", "x"]), "list": st.just("1"), "file": words,
    })  # fmt: skip
