"""The list of clients of one firm with 100,000, against a firm with 1,000: whole pages, as the server answers them."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from bench.load import Size, fill, load
from bench.measure import plan, replayed, turns
from bench.pages import Page, Visitor
from bench.scratch import Scratch

#: Milliseconds in the database, and statements about the firm's rows, in which every page has to be answered.
BUDGET_MS, BUDGET_STATEMENTS = 400, 20

PAGES: dict[str, dict[str, str]] = {
    "the first page": {"view": "all"},
    "newest first": {"o": "-newest"},
    "by year end": {"o": "year_end"},
    "from the middle": {},
    "by a common word": {"q": "w1"},
    "by a rare word": {"q": "w4321"},
    "of one industry": {"industry": "Industry 7"},
    "that I lead": {"lead": "me"},
    "with a tag": {},
    "overdue": {"turn": "late"},
    "with nothing open": {"turn": "nobody"},
    "archived": {"status": "archived"},
    "by code, of one kind": {"o": "code", "type": "charity"},
    "by two words": {"q": "a w1"},
    "to review": {"turn": "firm"},
    "with the client": {"turn": "client"},
    "that nobody leads": {"lead": "nobody"},
    "that I work on": {"staff": "me"},
    "that nobody works on": {"staff": "nobody"},
    "with a year end in March": {"year_end": "03"},
    "whatever their state": {"status": "all"},
    "by industry": {"o": "industry"},
}


def clients(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Pages of a firm with 100,000 clients against those of one with 1,000."""
    many, few = (3_000, 300) if small else (100_000, 1_000)
    with scratch.admin() as admin:
        large, little = load(admin, [20_000 if not small else 500, 500])
        for size, count in ((large, many), (little, few)):
            add_clients(admin, size, count)
        admin.execute("VACUUM ANALYZE")
    visitors = {many: Visitor(large), few: Visitor(little)}
    over = []
    yield f"| clients | statements | {few:,} | {many:,} | ratio | whole page, {many:,} |"
    yield "|---|---|---|---|---|---|"
    with scratch.sign_on("tickmark_app") as first, scratch.sign_on("tickmark_app") as second:
        for name in PAGES:
            pages = {count: recorded(visitor, name) for count, visitor in visitors.items()}
            runs = {"few": replayed(first, little, pages[few]), "many": replayed(second, large, pages[many])}
            times = turns(runs, seconds=seconds)
            whole = turns({"page": asking(visitors[many], name)}, seconds=seconds, rounds=20)["page"]
            count, ratio = len(pages[many].statements), times["many"] / times["few"]
            yield f"| {name} | {count} | {times['few']:.0f} ms | {times['many']:.0f} ms | {ratio:.1f} | {whole:.0f} ms |"
            if times["many"] > BUDGET_MS or count > BUDGET_STATEMENTS:
                over.append(name)
            if explain:
                yield from (f"  {line}" for line in plan(second, large, pages[many]) if "clients" in line)
    yield ""
    yield f"budget of {BUDGET_MS} ms and {BUDGET_STATEMENTS} statements: {'over: ' + ', '.join(over) if over else 'kept'}"


def recorded(visitor: Visitor, name: str) -> Page:
    return visitor.recorded(name, asking(visitor, name))


def asking(visitor: Visitor, name: str) -> Callable[[], Any]:
    params = params_of(visitor, name)
    return lambda: visitor.browser.get(visitor.url("client_list"), params)


def params_of(visitor: Visitor, name: str) -> dict[str, str]:
    from clients.models import ClientTag
    from tenancy.context import tenant

    if name == "from the middle":
        return {"after": visitor.middle()}
    if name == "with a tag":
        with tenant(visitor.size.id):
            return {"tag": str(ClientTag.objects.order_by("id")[0].pk)}
    return PAGES[name]


def add_clients(admin: psycopg.Connection, size: Size, count: int) -> None:
    """Clients with the fields the filters ask for, most of them led by one of five, a tenth tagged."""
    firm = f"'{size.id}'::uuid"
    fill(
        admin,
        "clients.Client",
        {
            "organization": firm,
            "id": "gen_random_uuid()",
            "name": "initcap(md5(k::text)) || ' w' || floor(power(random(), 3) * 5000)::int",
            "code": "'K' || k",
            "industry": "'Industry ' || k % 40",
            "year_end": "(ARRAY['12-31', '12-31', '03-31', '06-30', '09-30'])[1 + k % 5]",
            "type": "CASE WHEN k % 20 = 0 THEN 'charity' ELSE 'company' END",
            "status": "CASE WHEN k % 10 = 9 THEN 'archived' ELSE 'active' END",
            "archived_at": "CASE WHEN k % 10 = 9 THEN now() END",
            "created_at": "now() - k * interval '1 minute'",
        },
        f"generate_series(1, {count}) k",
    )
    admin.execute("DROP TABLE IF EXISTS numbered")
    admin.execute(
        "CREATE TEMP TABLE numbered AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n "
        "FROM organization_memberships WHERE organization_id = %s",
        [size.id],
    )
    fill(
        admin,
        "clients.ClientAssignment",
        {
            "organization": firm, "id": "gen_random_uuid()", "client": "c.id", "is_lead": "true",
            "member": "m.id",
        },
        f"clients c JOIN numbered m ON m.n = ascii(c.name) % 5 AND c.organization_id = {firm} AND c.code <> ''",
    )  # fmt: skip
    fill(
        admin,
        "clients.ClientTag",
        {"organization": firm, "id": "gen_random_uuid()", "name": "'Tag ' || k"},
        "generate_series(1, 5) k",
    )
    fill(
        admin,
        "clients.ClientTagging",
        {"organization": firm, "id": "gen_random_uuid()", "client": "c.id", "tag": "t.id"},
        f"clients c JOIN client_tags t ON t.organization_id = c.organization_id AND t.name = 'Tag ' || (1 + ascii(c.name) % 5) "
        f"WHERE c.organization_id = {firm} AND c.code LIKE '%7'",
    )
