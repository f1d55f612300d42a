"""The search page of a firm with 300,000 rows of every kind, against by hand, and against a firm with 3,000."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from bench.load import WORD, WORDS, Size, fill, load
from bench.measure import plan, replayed, turns
from bench.pages import Page, Visitor
from bench.scratch import Scratch
from bench.work import SESSION

#: Milliseconds in the database in which every page has to be answered.
BUDGET_MS = 400

PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "a rare word": ("search", {"q": "w4321"}),
    "a common word": ("search", {"q": "w1"}),
    "two words": ("search", {"q": "w40 w3"}),
    "a client and a word": ("search", {"q": "client7 w3"}),
    "a word nobody wrote": ("search", {"q": "nothingness"}),
    "a word typed wrongly": ("search", {"q": "w43x1"}),
    "a reference": ("search", {"q": "PBC-7"}),
    "one kind": ("search", {"q": "w1", "kind": "requests"}),
    "inside documents": ("search", {"q": "w1", "kind": "documents"}),
    "tasks alone": ("search", {"q": "w1", "kind": "tasks"}),
    "the palette, two letters": ("search_palette", {"q": "w4"}),
    "the palette, a word": ("search_palette", {"q": "w4321"}),
}


def finding(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """The page of search in a firm with 300,000 rows, by hand and as shipped, and in a firm with 3,000."""
    many, few = (3_000, 300) if small else (300_000, 3_000)
    with scratch.admin() as admin:
        large, little, *_ = load(admin, [many // 2, few // 2, *[250] * 20])
        for size, count in ((large, many // 2), (little, few // 2)):
            add_rows(admin, size, count)
        admin.execute("VACUUM ANALYZE")
    visitors = {many: Visitor(large), few: Visitor(little)}
    over = []
    yield f"| search | statements | by hand | shipped | ratio | {few:,} rows | to {many:,} | whole page |"
    yield "|---|---|---|---|---|---|---|---|"
    with (
        scratch.sign_on("tickmark_owner") as owner, scratch.sign_on("tickmark_app") as app,
        scratch.sign_on("tickmark_app") as other,
    ):  # fmt: skip
        for name in PAGES:
            pages = {count: recorded(visitor, name) for count, visitor in visitors.items()}
            runs = {
                "by hand": replayed(owner, large, pages[many]), "shipped": replayed(app, large, pages[many]),
                "few": replayed(other, little, pages[few]),
            }  # fmt: skip
            times = turns(runs, seconds=seconds)
            for connection in (owner, app, other):
                connection.rollback()  # or it idles in its transaction for longer than it may
            whole = turns({"page": asking(visitors[many], name)}, seconds=seconds, rounds=10)["page"]
            yield (
                f"| {name} | {len(pages[many].statements)} | {times['by hand']:.0f} ms | {times['shipped']:.0f} ms | "
                f"{times['shipped'] / times['by hand']:.2f} | {times['few']:.0f} ms | "
                f"{times['shipped'] / times['few']:.1f} | {whole:.0f} ms |"
            )
            if times["shipped"] > BUDGET_MS:
                over.append(name)
            if explain:
                yield from (f"  {line}" for line in plan(app, large, pages[many]))
    yield ""
    yield f"budget of {BUDGET_MS} ms: {'over: ' + ', '.join(over) if over else 'kept'}"


def recorded(visitor: Visitor, name: str) -> Page:
    return visitor.recorded(name, asking(visitor, name))


def asking(visitor: Visitor, name: str) -> Callable[[], Any]:
    view, params = PAGES[name]
    return lambda: visitor.browser.get(visitor.url(view), params)


def add_rows(admin: psycopg.Connection, size: Size, count: int) -> None:
    """Beside the requests: two fifths as many documents and comments, a fifth as many tasks, and a tenth as many papers,
    in forty projects; for each hundredth a scoping session."""
    firm = f"'{size.id}'::uuid"
    base = {"organization": firm, "id": "gen_random_uuid()"}
    admin.execute("DROP TABLE IF EXISTS numbered, talked")
    admin.execute(
        "CREATE TEMP TABLE numbered AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS all_of "
        "FROM clients WHERE organization_id = %s", [size.id],
    )  # fmt: skip
    admin.execute("UPDATE clients c SET name = name || ' client' || n % 50 FROM numbered WHERE numbered.id = c.id")
    admin.execute("ANALYZE numbered")
    documents = count * 2 // 5
    fill(
        admin, "clients.Document", {**base, "client": "numbered.id", "name": f"'File ' || {WORD} || '.pdf'"},
        f"generate_series(1, {documents}) k JOIN numbered ON n = mod(k, all_of::int)",
    )  # fmt: skip
    fill(
        admin, "clients.DocumentContent",
        {**base, "document": "id", "version": "id", "name": "name", "state": "'read'",
         "text": f"concat_ws(' ', {', '.join([WORDS] * 10)})"},
        f"documents WHERE organization_id = {firm}",
    )  # fmt: skip
    admin.execute(
        "CREATE TEMP TABLE talked AS SELECT id AS request, gen_random_uuid() AS thread FROM requests "
        "WHERE organization_id = %s LIMIT %s", [size.id, count // 5],
    )  # fmt: skip
    fill(admin, "conversations.Thread", {**base, "id": "thread", "audience": "'client'"}, "talked")
    admin.execute(
        "UPDATE requests SET thread_id = talked.thread FROM talked WHERE requests.id = talked.request "
        "AND organization_id = %s", [size.id],
    )  # fmt: skip
    fill(
        admin, "conversations.Comment",
        {**base, "thread": "thread", "audience": "'client'", "contact_id": "gen_random_uuid()",
         "author_name": "'Somebody'", "body": WORDS, "submission": "gen_random_uuid()"},
        "talked, generate_series(1, 2)",
    )  # fmt: skip
    fill(
        admin, "clients.Project", {**base, "name": "'Audit ' || n", "client": "id"},
        "numbered WHERE n < 40",
    )  # fmt: skip
    add_papers(admin, size, firm, base, count // 10)
    add_tasks(admin, size, firm, base, count)


def add_papers(admin: psycopg.Connection, size: Size, firm: str, base: dict[str, str], papers: int) -> None:
    fill(
        admin, "workspaces.Binder", {**base, "project": "p.id", "period_end": "date '2025-12-31'"},
        f"projects p WHERE organization_id = {firm}",
    )  # fmt: skip
    admin.execute("DROP TABLE IF EXISTS bound")
    admin.execute(
        "CREATE TEMP TABLE bound AS SELECT id, row_number() OVER () - 1 AS n, count(*) OVER () AS all_of FROM binders "
        "WHERE organization_id = %s", [size.id],
    )  # fmt: skip
    fill(
        admin, "workspaces.Workpaper",
        {**base, "binder": "bound.id", "section": "'B'", "reference": "'B-' || k", "sort_key": "'1B.' || lpad(k::text, 6, '0')",
         "position": "k", "title": WORDS, "content_hash": "repeat('0', 64)"},
        f"generate_series(1, {papers}) k JOIN bound ON bound.n = mod(k, bound.all_of::int)",
    )  # fmt: skip


def add_tasks(admin: psycopg.Connection, size: Size, firm: str, base: dict[str, str], count: int) -> None:
    admin.execute("DROP TABLE IF EXISTS planned")
    admin.execute(
        "CREATE TEMP TABLE planned AS SELECT id, row_number() OVER () - 1 AS n, count(*) OVER () AS all_of FROM projects "
        "WHERE organization_id = %s", [size.id],
    )  # fmt: skip
    fill(
        admin, "workspaces.Task",
        {**base, "project": "planned.id", "number": "k", "position": "k * 1024", "title": WORDS, "description": WORDS},
        f"generate_series(1, {count // 5}) k JOIN planned ON n = mod(k, all_of::int)",
    )  # fmt: skip
    columns = {
        "session_objects": "structuring", "sow_objects": "sow", "loe_objects": "loe", "diagram_texts_json": "visuals",
    }  # fmt: skip
    fill(
        admin, "workspaces.ScopingSession",
        {"organization": firm, "uuid": "gen_random_uuid()", "id": "k", "title": WORDS, "client": "numbered.id",
         **{column: SESSION[part] for column, part in columns.items()}},
        f"generate_series(1, {count // 100}) k JOIN numbered ON numbered.n = mod(k, numbered.all_of::int)",
    )  # fmt: skip
