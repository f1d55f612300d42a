"""Rows on their way: cursors the server holds open, answers that stream, COPY. None outlives its firm."""

import io
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client as Browser
from psycopg import sql

from clients.models import Client, InformationRequest
from organizations.models import Membership
from tenancy.context import TenantError, current
from tests.architecture.sources import PYTHON, relative
from tests.cast import Cast, Firm
from tests.isolation.real import in_a_thread, names
from tests.isolation.rows import PARTITIONED, TABLES, a_row, column, run

pytestmark = pytest.mark.django_db


def members(firm: Firm) -> Iterator[Membership]:
    """A cursor on the server that gives one row at a time."""
    return Membership.objects.order_by("pk").iterator(chunk_size=1)


def open_cursors() -> list[tuple]:
    return run("SELECT is_holdable FROM pg_cursors WHERE name <> ''")


def test_a_cursor_on_the_server_is_not_held_beyond_its_transaction(cast: Cast) -> None:
    def work() -> None:
        with cast.ours.inside():
            half = members(cast.ours)
            next(half)
            assert open_cursors() == [(False,)]
        assert open_cursors() == []

    in_a_thread(work)


def test_two_cursors_of_one_firm_take_turns(cast: Cast) -> None:
    def work() -> None:
        with cast.ours.inside():
            both = zip(members(cast.ours), InformationRequest.objects.iterator(chunk_size=1), strict=False)
            owners = {row.organization_id for pair in both for row in pair}
        assert owners == {cast.ours.organization.pk}

    in_a_thread(work)


def test_a_cursor_read_on_in_another_firm_gives_nothing(cast: Cast) -> None:
    def work() -> None:
        with cast.ours.inside():
            half = members(cast.ours)
            assert next(half).organization_id == cast.ours.organization.pk
        with cast.theirs.inside(), pytest.raises(DatabaseError), transaction.atomic():
            list(half)
        assert names(cast.theirs) == [cast.theirs.bakery.name]

    in_a_thread(work)


def test_two_firms_cursors_cannot_be_open_at_once(cast: Cast, settings: Any) -> None:
    """A cursor meets the firm that is selected when it fetches, so a switch under an open one is refused."""
    settings.TENANCY_ALLOW_SWITCH_IN_TRANSACTION = False

    def work() -> list[Any]:
        with cast.ours.inside():
            half = members(cast.ours)
            first = next(half)
            with pytest.raises(TenantError), cast.theirs.inside():
                next(half)
            return [first, *half]

    seen = in_a_thread(work)
    assert {row.organization_id for row in seen} == {cast.ours.organization.pk} and len(seen) == 5


def test_a_queryset_kept_from_another_firm_asks_again(cast: Cast) -> None:
    """What was read stays what it is; what is still to be read belongs to the firm that reads."""

    def work() -> None:
        with cast.ours.inside():
            kept = Client.objects.all()
            read = Client.objects.all()
            assert len(read) == 1
        with cast.theirs.inside():
            assert [client.pk for client in kept] == [cast.theirs.bakery.pk]
            assert [client.pk for client in read] == [cast.ours.bakery.pk]
            assert [client.pk for client in read.all()] == [cast.theirs.bakery.pk]
            with pytest.raises(DatabaseError), transaction.atomic():
                read[0].save(force_update=True)

    in_a_thread(work)


@pytest.mark.parametrize("view", ["listing", "stream", "careful_stream"])
def test_answers_of_two_firms_read_in_turns_never_mix(cast: Cast, browsers: tuple[Browser, Browser], view: str) -> None:
    def work() -> list[Any]:
        answers = [
            browser.get(firm.url(view)) for browser, firm in zip(browsers, (cast.ours, cast.theirs), strict=True)
        ]
        return [read(answer) for answer in answers]

    def read(answer: Any) -> Any:
        try:
            return b"".join(answer)
        except TenantError:
            return None

    expected = [f"{firm.bakery.name}\n".encode() for firm in (cast.ours, cast.theirs)]
    assert in_a_thread(work) == ([None, None] if view == "stream" else expected)


def test_a_stream_the_visitor_leaves_gives_its_firm_back(cast: Cast, browsers: tuple[Browser, Browser]) -> None:
    """The server closes what nobody reads to the end."""

    def work() -> None:
        answer = browsers[0].get(cast.ours.url("careful_stream"))
        assert isinstance(answer, StreamingHttpResponse)
        assert next(iter(answer)) == f"{cast.ours.bakery.name}\n".encode()
        answer.close()
        assert current().tenant is None and not connection.in_atomic_block
        assert names(cast.theirs) == [cast.theirs.bakery.name]

    in_a_thread(work)


# --- COPY -------------------------------------------------------------------------------------------------------


def copied(query: sql.Composed) -> str:
    out = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for part in copy:
            out.write(part)
    return out.getvalue().decode()


@pytest.mark.parametrize("form", ["{}", "(TABLE {})"], ids=["table", "query"])
@pytest.mark.parametrize("table", TABLES)
def test_copy_to_carries_our_rows_alone(cast: Cast, table: str, form: str) -> None:
    query = sql.SQL(f"COPY {form} TO STDOUT").format(sql.Identifier(table))
    ours, theirs = a_row(table, cast.ours), a_row(table, cast.theirs)
    with cast.ours.inside():
        text = copied(query)
    assert str(ours) in text or (table in PARTITIONED and form == "{}")  # COPY leaves out what lies in partitions
    assert str(theirs) not in text and str(cast.theirs.organization.pk) not in text


@pytest.mark.parametrize("table", TABLES)
def test_copy_without_a_firm_fails(cast: Cast, table: str) -> None:
    with pytest.raises(psycopg.Error, match="app.current_tenant_id|uuid"), transaction.atomic():
        copied(sql.SQL("COPY (TABLE {}) TO STDOUT").format(sql.Identifier(table)))


@pytest.mark.parametrize("table", TABLES)
def test_a_cursor_declared_in_sql_ends_with_its_firm(cast: Cast, table: str) -> None:
    query = sql.SQL("DECLARE kept CURSOR FOR SELECT {} FROM {}").format(
        sql.Identifier(column(table)), sql.Identifier(table)
    )

    def work() -> None:
        with cast.ours.inside():
            run(query)
            assert set(run("FETCH ALL FROM kept")) == {(cast.ours.organization.pk,)}
        with cast.theirs.inside(), pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
            run("FETCH ALL FROM kept")

    in_a_thread(work)


def test_no_cursor_of_ours_is_held_open() -> None:
    """WITH HOLD keeps rows for the session: the next firm on the connection could fetch them."""
    held = re.compile(r"WITH\s+HOLD|withhold\s*=|scrollable\s*=", re.I)
    product = [path for path in PYTHON if "/tests/" not in f"/{relative(path)}"]
    assert len(product) > 100
    assert [relative(path) for path in product if held.search(path.read_text())] == []


def test_a_list_read_piece_by_piece_is_read_inside_a_firm(cast: Cast) -> None:
    """Django holds an iterator's cursor where no transaction is open; outside a firm it reads nothing at all."""

    def work() -> None:
        with pytest.raises(TenantError):
            list(Client.objects.iterator())
        with pytest.raises(DatabaseError), transaction.atomic():
            list(Client._base_manager.raw("SELECT * FROM clients").iterator())
        assert open_cursors() == []

    in_a_thread(work)
