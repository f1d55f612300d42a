"""Another firm's ids in the fields of our forms: not a valid choice, and nothing changed."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils.http import urlencode

from tenancy.expected import isolation_of
from tenancy.keys import TenantForeignKey
from tests.cast import Cast, Firm, in_portal
from tests.isolation.pages import ORGANIZATION_PAGES, PORTAL_PAGES, Page, our_objects
from tests.isolation.rows import MODELS, Watch, a_row, changed, watch

pytestmark = pytest.mark.django_db
PLACES = [("firm", place) for place in ORGANIZATION_PAGES] + [("portal", place) for place in PORTAL_PAGES]


def place_id(value: Any) -> str:
    return value.name if isinstance(value, Page) else str(value)


def browser_in(surface: str, cast: Cast) -> Browser:
    return cast.browser(cast.ours.owner) if surface == "firm" else in_portal(cast.ours)


def address(surface: str, firm: Firm, place: Page, kwargs: dict[str, Any]) -> str:
    return (firm.url if surface == "firm" else firm.portal)(place.name, **kwargs)


def forms_of(response: HttpResponse) -> list[forms.BaseForm]:
    """Every form the page was drawn with."""
    drawn = getattr(response, "context", None) or []
    contexts = drawn if isinstance(drawn, list) else [drawn]
    found = {id(value): value for context in contexts for layer in context.dicts for value in layer.values()}
    # By type: what waits to ask the database until a template needs it is not to ask it here.
    plain = [value for value in found.values() if issubclass(type(value), forms.BaseForm)]
    sets = [form for value in found.values() if issubclass(type(value), forms.BaseFormSet) for form in value]
    return plain + sets


def choices_among_rows(form: forms.BaseForm, firms: Iterator[Firm] | list[Firm]) -> dict[str, Any]:
    """The fields of a form that choose a row, with another firm's row to choose."""
    ours, theirs = firms
    chosen = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField):
            if isolation_of(field.queryset.model):
                chosen[name] = a_row(field.queryset.model._meta.db_table, theirs)
        elif isinstance(field, forms.ChoiceField):
            values = {str(value) for value, _ in flat(field.choices)}
            for table in MODELS:
                if str(a_row(table, ours)) in values:
                    chosen[name] = a_row(table, theirs)
    return chosen


def flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield value, label


def initial_data(form: forms.BaseForm) -> dict[str, Any]:
    return {form.add_prefix(name): form[name].value() for name in form.fields if form[name].value() is not None}


def their_rows(before: Watch, firm: Firm) -> set[tuple[str, Any]]:
    return {key for key in changed(before) if key[1] == firm.organization.pk}


@pytest.mark.parametrize(("surface", "place"), PLACES, ids=place_id)
@pytest.mark.usefixtures("no_manager_wall")
def test_no_form_offers_or_takes_another_firms_row_from_the_database_alone(
    cast: Cast, surface: str, place: Page
) -> None:
    offer_and_take(cast, surface, place)


@pytest.mark.parametrize(("surface", "place"), PLACES, ids=place_id)
def test_no_form_offers_or_takes_another_firms_row(cast: Cast, surface: str, place: Page) -> None:
    offer_and_take(cast, surface, place)


def offer_and_take(cast: Cast, surface: str, place: Page) -> None:
    browser, kwargs = browser_in(surface, cast), next(our_objects(place, cast.ours))
    where = address(surface, cast.ours, place, kwargs)
    page = browser.get(where)
    for form in forms_of(page):
        for name, theirs in choices_among_rows(form, [cast.ours, cast.theirs]).items():
            assert str(theirs) not in page.content.decode(), f"{name} offers another firm's row."
            before = watch()
            field = form.add_prefix(name)
            answer = browser.post(where, {**initial_data(form), field: str(theirs)})
            assert answer.status_code < 500 and not their_rows(before, cast.theirs)
            for again in forms_of(answer):
                if type(again) is type(form) and again.is_bound:
                    assert name in again.errors, f"{type(form).__name__}.{name} takes another firm's row."


#: Every name under which a page might take an id, whether or not its form shows it.
NAMES = sorted(
    {
        name
        for model in MODELS.values()
        for f in model._meta.local_fields
        if isinstance(f, TenantForeignKey)
        for name in (f.name, f.column)
    }
    | {"id", "ids", "pk", "selected", "requests", "documents", "clients", "rows", "other", "before", "here", "shown"}
    | {"organization", "organization_id"}
)


def everything_theirs(firm: Firm) -> dict[str, list[str]]:
    rows = [str(a_row(table, firm)) for table in MODELS]
    data = dict.fromkeys(NAMES, rows)
    for model in MODELS.values():
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                data[field.name] = data[field.column] = [str(a_row(field.related_model._meta.db_table, firm))]
    data["organization"] = data["organization_id"] = [str(firm.organization.pk)]
    return data


SENT = "application/x-www-form-urlencoded"
_bodies: list[str] = []
_queries: list[str] = []


@pytest.fixture
def body(cast: Cast) -> str:
    """Written out once: there are some two thousand values, and the cast's ids stay the same."""
    if not _bodies:
        _bodies.append(urlencode(everything_theirs(cast.theirs), doseq=True))
    return _bodies[0]


@pytest.mark.parametrize(("surface", "place"), PLACES, ids=place_id)
@pytest.mark.usefixtures("undrawn")
def test_ids_slipped_into_a_post_reach_no_other_firm(cast: Cast, surface: str, place: Page, body: str) -> None:
    """Neither theirs nor anything of ours that points at them; and never a server error, which would tell."""
    browser = browser_in(surface, cast)
    for kwargs in our_objects(place, cast.ours):
        before = watch()
        answer = browser.generic("POST", address(surface, cast.ours, place, kwargs), body, SENT)
        assert answer.status_code < 500
        assert not their_rows(before, cast.theirs)


@pytest.fixture
def queries(cast: Cast) -> list[str]:
    if not _queries:
        asked = everything_theirs(cast.theirs), *(dict.fromkeys(NAMES, value) for value in (uuid.uuid4(), "nonsense"))
        _queries.extend(urlencode(values, doseq=True) for values in asked)
    return _queries


@pytest.mark.parametrize(("surface", "place"), PLACES, ids=place_id)
def test_ids_in_the_query_show_no_other_firm(cast: Cast, surface: str, place: Page, queries: list[str]) -> None:
    """Filters and preselections: `?client=<another firm's>`."""
    browser, kwargs = browser_in(surface, cast), next(our_objects(place, cast.ours))
    where = address(surface, cast.ours, place, kwargs)
    for query in queries:
        answer = browser.get(where, QUERY_STRING=query)
        assert answer.status_code < 500
        shown = b"".join(answer) if answer.streaming else answer.content
        for name in (cast.theirs.bakery.name, cast.theirs.owner.email, cast.theirs.ana.email):
            assert name.encode() not in shown
