"""Generated firms of very different sizes, written past triggers and foreign keys: seconds instead of hours."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

REQUESTS_PER_CLIENT = 25
MEMBERS = 5

FIRMS = "CREATE TEMP TABLE firm (n int, id uuid, requests int, clients int)"
PLACES = """
CREATE TEMP TABLE place AS
SELECT f.id AS organization_id, k, gen_random_uuid() AS client, gen_random_uuid() AS list, gen_random_uuid() AS contact
FROM firm f, generate_series(1, f.clients) k
"""
STAFF = """
CREATE TEMP TABLE staff AS
SELECT f.id AS organization_id, k, gen_random_uuid() AS id FROM firm f, generate_series(1, 5) k
"""
# Few words are common and most are rare, as in a language.
WORD = "'w' || floor(power(random(), 3) * 5000)::int"
WORDS = f"concat_ws(' ', {', '.join([WORD] * 6)})"
STATUS = "(ARRAY['draft','pending','pending','submitted','returned','accepted','accepted','accepted','waived'])[1 + floor(random() * 9)]"

ROWS: list[tuple[str, dict[str, str], str]] = [
    ("organizations.Organization", {"id": "id", "name": "'Firm ' || n", "slug": "'firm-' || n"}, "firm"),
    (
        "organizations.Membership",
        {
            "organization": "organization_id", "id": "id", "user": "gen_random_uuid()", "display_name": "'Member ' || k",
            "email": "'member' || k || '@firm.example'", "role": "'member'",
        },
        "staff",
    ),
    (
        "clients.Client",
        {"organization": "organization_id", "id": "client", "name": f"initcap(md5(random()::text)) || ' ' || {WORD}"},
        "place",
    ),
    (
        "clients.ClientContact",
        {
            "organization": "organization_id", "id": "contact", "client": "client", "name": "'Contact ' || k",
            "email": "'contact' || k || '@client.example'", "portal_key": "left(md5(random()::text), 16)",
        },
        "place",
    ),
    (
        "clients.RequestList",
        {"organization": "organization_id", "id": "list", "client": "client", "title": "'Year-end ' || k", "last_number": "100000"},
        "place",
    ),
    (
        "clients.InformationRequest",
        {
            "organization": "f.id", "id": "gen_random_uuid()", "request_list": "p.list", "number": "1 + i / f.clients",
            "position": "1 + i / f.clients", "title": WORDS, "description": WORDS, "category": f"'Section ' || {WORD}",
            "status": "s.status", "assigned_to": "m.id", "due_date": "current_date + (i % 90) - 30",
            "submitted_at": "CASE WHEN s.status IN ('submitted', 'returned', 'accepted') THEN now() END",
            "reviewed_at": "CASE WHEN s.status IN ('returned', 'accepted', 'waived') THEN now() END",
            "review_reason": "CASE WHEN s.status IN ('returned', 'waived') THEN 'Page 2 is missing.' ELSE '' END",
            "created_at": "now() - i * interval '1 minute'",
        },
        f"""
        firm f CROSS JOIN LATERAL generate_series(0, f.requests - 1) i
        JOIN place p ON p.organization_id = f.id AND p.k = 1 + i % f.clients
        JOIN staff m ON m.organization_id = f.id AND m.k = 1 + i % {MEMBERS}
        CROSS JOIN LATERAL (SELECT {STATUS} AS status, i AS seed) s
        """,
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Size:
    id: uuid.UUID
    requests: int


def skewed(firms: int, requests: int) -> list[int]:
    """How many requests each firm has, largest first: the second has half of the first, the third a third."""
    shares = [1 / n for n in range(1, firms + 1)]
    return [max(20, int(requests * share / sum(shares))) for share in shares]


def load(
    admin: psycopg.Connection, counts: Iterable[int], more: Callable[[psycopg.Connection], None] | None = None
) -> list[Size]:
    """Fill the database with one firm for each count of requests. `more` adds to all of them at once (`bench/work.py`)."""
    sizes = [Size(uuid.uuid4(), count) for count in counts]
    admin.execute("SET session_replication_role = replica; SET maintenance_work_mem = '256MB'; SET jit = off")
    admin.execute(FIRMS)
    with admin.cursor().copy("COPY firm FROM STDIN") as copy:
        for n, size in enumerate(sizes, start=1):
            copy.write_row((n, size.id, size.requests, max(3, size.requests // REQUESTS_PER_CLIENT)))
    for statement in (PLACES, STAFF, "ANALYZE firm", "ANALYZE place", "ANALYZE staff"):
        admin.execute(statement)
    for label, given, source in ROWS:
        fill(admin, label, given, source)
    if more:
        more(admin)
    admin.commit()
    admin.autocommit = True
    admin.execute("VACUUM ANALYZE")
    return sizes


def fill(admin: psycopg.Connection, label: str, given: dict[str, str], source: str) -> None:
    """INSERT … SELECT with the model's own defaults for whatever is not given; indexes are built afterwards."""
    from django.apps import apps

    model = apps.get_model(label)
    values = {model._meta.get_field(name).column: sql.SQL(text) for name, text in given.items()}
    values |= {column: value for column, value in defaults(model).items() if column not in values}
    indexes = plain_indexes(admin, model._meta.db_table)
    for name, _ in indexes:
        admin.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(values.values()), sql.SQL(source),
    )  # fmt: skip
    admin.execute(insert.as_string(admin).encode())
    for _, definition in indexes:
        admin.execute(definition.encode())


def defaults(model: Any) -> dict[str, sql.Composable]:
    from django.db import connection

    fields = [f for f in model._meta.concrete_fields if not (f.generated or f.null or f.has_db_default())]
    return {f.column: sql.Literal(f.get_db_prep_save(f.get_default(), connection)) for f in fields}


def plain_indexes(admin: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    query = """
        SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = to_regclass(%s) AND NOT i.indisunique
    """
    return admin.execute(query, [f'public."{table}"']).fetchall()
