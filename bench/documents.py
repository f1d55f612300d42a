"""The search for documents in a firm with 200,000, each with some words of text: whole pages, as the server answers them."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from bench.load import WORD, Size, fill, load
from bench.measure import plan, replayed, turns
from bench.pages import Visitor
from bench.scratch import Scratch

#: Milliseconds in the database, and statements about the firm's rows, in which every page has to be answered.
BUDGET_MS, BUDGET_STATEMENTS = 400, 20
TEXT = f"concat_ws(' ', {', '.join([WORD] * 40)})"
MADE = """
CREATE TEMP TABLE made AS
SELECT g.k, gen_random_uuid() AS document, gen_random_uuid() AS version, p.client, p.contact
FROM generate_series(1, %s::int) g (k) JOIN place p ON p.k = 1 + g.k %% (SELECT max(k) FROM place)
"""
PAGES: dict[str, dict[str, str]] = {
    "the newest": {},
    "by a rare word": {"q": "w4321"},
    "by a common word": {"q": "w1"},
    "by two words": {"q": "w40 w3"},
    "by a word nobody wrote": {"q": "nothing"},
    "from clients": {"from": "client"},
    "of one client, by a common word": {"q": "w1"},
}


def documents(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Searching 200,000 documents of one firm."""
    many = 2_000 if small else 200_000
    with scratch.admin() as admin:
        size = load(admin, [500 if small else 20_000])[0]
        add_documents(admin, size, many)
        admin.execute("VACUUM ANALYZE")
    visitor, over = Visitor(size), []
    yield f"| {many:,} documents | statements | database | whole page |"
    yield "|---|---|---|---|"
    with scratch.sign_on("tickmark_app") as connection:
        for name in PAGES:
            ask = asking(visitor, name)
            page = visitor.recorded(name, ask)
            run = {"database": replayed(connection, size, page), "page": ask}
            times, count = turns(run, seconds=seconds, rounds=20), len(page.statements)
            yield f"| {name} | {count} | {times['database']:.0f} ms | {times['page']:.0f} ms |"
            if times["database"] > BUDGET_MS or count > BUDGET_STATEMENTS:
                over.append(name)
            if explain:
                yield from (f"  {line}" for line in plan(connection, size, page) if "document" in line)
    yield ""
    yield f"budget of {BUDGET_MS} ms and {BUDGET_STATEMENTS} statements: {'over: ' + ', '.join(over) if over else 'kept'}"


def asking(visitor: Visitor, name: str) -> Callable[[], Any]:
    from clients.models import Document
    from tenancy.context import tenant

    address = visitor.url("document_search")
    if name.startswith("of one client"):
        with tenant(visitor.size.id):
            address = visitor.url("client_documents", client_id=Document.objects.values_list("client", flat=True)[0])
    return lambda: visitor.browser.get(address, PAGES[name])


def add_documents(admin: psycopg.Connection, size: Size, count: int) -> None:
    """Spread over the firm's clients, two thirds of them sent by a contact."""
    firm = f"'{size.id}'::uuid"
    admin.execute(MADE, [count])
    admin.execute("ANALYZE made")
    own = {"organization": firm, "created_at": "now() - k * interval '1 minute'"}
    fill(
        admin, "clients.Document", {**own, "id": "document", "client": "client", "name": "'Ledger ' || k || '.pdf'"}, "made"
    )  # fmt: skip
    fill(
        admin,
        "clients.DocumentVersion",
        {
            **own, "id": "version", "document": "document", "sha256": "md5(k::text) || md5(k::text)", "size": "1000 + k",
            "content_type": "'application/pdf'", "storage_key": "'org/bench/' || k",
            "uploaded_by_contact": "CASE WHEN k % 3 > 0 THEN contact END",
        },
        "made",
    )  # fmt: skip
    fill(
        admin,
        "clients.DocumentContent",
        {
            **own, "id": "gen_random_uuid()", "document": "document", "version": "version",
            "name": "'Ledger ' || k || '.pdf'", "state": "'read'", "text": TEXT,
        },
        "made",
    )  # fmt: skip
