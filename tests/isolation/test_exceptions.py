"""A request that fails says nothing of another firm, and leaves nothing to the next request on its connection."""

import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import get_script_prefix, get_urlconf
from django.utils import timezone
from psycopg import sql

from clients.models import Client, ClientContact
from organizations.models import Organization
from tenancy.context import Context, current, tenant
from tests.cast import Cast, Firm, in_portal, signed_in
from tests.isolation.pages import ORGANIZATION_PAGES, Page, our_objects
from tests.isolation.real import in_a_thread, server_process
from tests.isolation.rows import (
    MODELS,
    TABLES,
    a_row,
    changed,
    is_append_only,
    key_of,
    run,
    snapshot,
    watch,
    written_columns,
)
from tests.isolation.twins import rows_of

pytestmark = pytest.mark.django_db

FAILING = ["crash", "broken_sql", "unavailable"]


def telling(firm: Firm) -> list[str]:
    """What would give the firm away in a text."""
    return [
        firm.organization.name, str(firm.organization.pk), firm.bakery.name, str(firm.bakery.pk), firm.ana.email,
        firm.ana.portal_key, firm.owner.email,
    ]  # fmt: skip


def tells(text: str, firm: Firm) -> list[str]:
    return [word for word in telling(firm) if word in text]


# --- the process ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", FAILING)
def test_a_failed_request_leaves_nothing_in_the_thread(
    cast: Cast, browsers: tuple[Browser, Browser], failing: str
) -> None:
    """Firm, person, time zone, prefix of addresses: all of it hangs on the thread, and the thread goes on."""

    def work() -> None:
        process = server_process()
        browsers[0].get(cast.ours.url(failing))
        assert current() == Context()
        assert (get_script_prefix(), get_urlconf()) in [("/", None), ("/", "config.urls.root")]
        assert timezone.get_current_timezone_name() == "UTC"
        after = browsers[1].get(cast.theirs.url("listing"))
        assert after.content == f"{cast.theirs.bakery.name}\n".encode()
        assert server_process() == process

    with transaction.atomic():
        before = snapshot()
    in_a_thread(work)
    assert {table for table, _ in changed(before)} <= {"user_sessions"}


@pytest.mark.parametrize("failing", FAILING)
def test_both_firms_failing_in_turns_stay_apart(cast: Cast, browsers: tuple[Browser, Browser], failing: str) -> None:
    def work() -> list[bytes]:
        seen = []
        for _ in range(3):
            for browser, firm in zip(browsers, (cast.ours, cast.theirs), strict=True):
                browser.get(firm.url(failing))
                seen.append(browser.get(firm.url("listing")).content)
        return seen

    expected = [f"{firm.bakery.name}\n".encode() for firm in (cast.ours, cast.theirs)] * 3
    assert in_a_thread(work) == expected


@pytest.mark.parametrize("debug", [False, True], ids=["served", "in_development"])
@pytest.mark.parametrize("failing", FAILING)
def test_an_error_page_tells_of_no_other_firm(
    cast: Cast, browsers: tuple[Browser, Browser], settings: Any, caplog: Any, failing: str, debug: bool
) -> None:
    """Also where the other firm's request ran just before, in the same thread."""
    settings.DEBUG = debug

    def work() -> HttpResponse:
        browsers[1].get(cast.theirs.url("listing"))
        browsers[1].get(cast.theirs.url(failing))
        caplog.clear()
        return browsers[0].get(cast.ours.url(failing))

    with caplog.at_level(logging.INFO):
        answer = in_a_thread(work)
    assert answer.status_code in (500, 503)
    assert tells(answer.content.decode(), cast.theirs) == []
    assert tells(caplog.text, cast.theirs) == []
    if not debug:
        assert not re.search(r"SELECT|INSERT|Traceback|psycopg|organization_id", answer.content.decode())


@pytest.mark.parametrize("surface", ["firm", "portal"])
def test_an_exception_before_the_firm_is_entered_leaves_none(cast: Cast, surface: str) -> None:
    """The middleware itself refuses: an address of nobody, a firm one is no member of."""
    places = {
        "firm": (signed_in(cast.ours.owner), ["/o/nobody/", "/o/okafor/", "/o/", "/o/!/"]),
        "portal": (in_portal(cast.ours), ["/portal/nobody/", "/portal/", "/portal/!/"]),
    }
    browser, addresses = places[surface]
    for address in addresses:
        assert browser.get(address).status_code == 404
        assert current() == Context() and get_script_prefix() == "/"


def test_the_time_of_the_next_firm_is_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(*args: Any, **kwargs: Any) -> None:
        seen.append(timezone.get_current_timezone_name())
        raise RuntimeError

    with cast.theirs.inside():
        Organization.objects.update(timezone="Asia/Tokyo")
    browsers = [signed_in(firm.owner) for firm in (cast.theirs, cast.ours)]
    monkeypatch.setattr("organizations.views.role_matrix.render", look)
    for browser, firm in zip(browsers, (cast.theirs, cast.ours), strict=True):
        browser.raise_request_exception = False
        assert browser.get(firm.url("role_matrix")).status_code == 500
    assert seen == ["Asia/Tokyo", "Europe/London"]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=lambda place: place.name)
@pytest.mark.usefixtures("undrawn")
def test_a_page_whose_answer_cannot_be_finished_writes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, place: Page
) -> None:
    """The exception comes last, after the view and before COMMIT: whatever the page did is undone."""
    before, browser = watch(), cast.browser(cast.ours.owner)
    browser.raise_request_exception = False

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("organizations.middleware.finish", broken)
    with transaction.atomic():
        answer = browser.post(cast.ours.url(place.name, **next(our_objects(place, cast.ours))))
    assert answer.status_code in (404, 405, 500)
    assert current() == Context()
    assert not changed(before)


# --- what the database says -------------------------------------------------------------------------------------

AT_THEIRS: dict[str, Callable[[Any, Any], Any]] = {
    "save": lambda model, row: models.Model.save(row, force_update=True),
    "insert": lambda model, row: models.Model.save(row, force_insert=True),
    "bulk_create": lambda model, row: model._base_manager.bulk_create([row]),
    "get": lambda model, row: model._base_manager.get(pk=row.pk),
    "refresh": lambda model, row: row.refresh_from_db(),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_refusal_quotes_nothing_of_their_row(cast: Cast, table: str) -> None:
    with cast.theirs.inside():
        row = MODELS[table]._base_manager.get(pk=a_row(table, cast.theirs))
    for name, attempt in AT_THEIRS.items():
        with (
            cast.ours.inside(),
            pytest.raises((DatabaseError, models.ObjectDoesNotExist)) as caught,
            transaction.atomic(),
        ):
            pytest.fail(f"{name} answered {attempt(MODELS[table], row)!r}")
        assert not values_in(str(caught.value), rows_of(cast.theirs, table)), name


@pytest.mark.parametrize("table", [table for table in TABLES if not is_append_only(table)])
def test_a_broken_rule_quotes_nothing_of_their_rows(cast: Cast, table: str) -> None:
    """PostgreSQL would say “Failing row contains …”, but not where row-level security binds who asks."""
    names = [name for name in written_columns(MODELS[table]) if name not in (key_of(table), "organization_id")]
    rows, refused = rows_of(cast.theirs, table) + rows_of(cast.ours, table), 0
    for name in names:
        query = sql.SQL("UPDATE {} SET {} = NULL").format(sql.Identifier(table), sql.Identifier(name))
        with cast.ours.inside(), transaction.atomic():
            try:
                with transaction.atomic():
                    run(query)
            except DatabaseError as error:
                refused += 1
                assert not values_in(str(error), rows) and "Failing row" not in str(error), name
            transaction.set_rollback(True)
    assert refused


def values_in(text: str, rows: list[dict]) -> set[str]:
    """Values by which one of the rows can be told."""
    told = {
        str(value)
        for row in rows
        for name, value in row.items()
        if name in ("id", "organization_id", "name", "email", "portal_key", "token_hash", "storage_key", "title")
    }
    return {value for value in told if len(value) > 12 and value in text}


def test_a_missing_object_is_said_to_be_missing_and_no_more(cast: Cast) -> None:
    said = []
    for pk in (cast.theirs.bakery.pk, uuid.uuid4()):
        with cast.ours.inside(), pytest.raises(Client.DoesNotExist) as caught:
            Client.objects.get(pk=pk)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_more_than_one_counts_ours_alone(cast: Cast) -> None:
    """`get() returned more than one` says how many: it must not count theirs."""
    with tenant(cast.theirs.organization.pk):
        Client.objects.bulk_create([Client(name=f"Client {number}") for number in range(7)])
    with cast.ours.inside():
        Client.objects.create(name="Second")
        with pytest.raises(Client.MultipleObjectsReturned, match="returned 2"):
            Client.objects.get()
        assert ClientContact.objects.count() == 1
