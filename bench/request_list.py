"""The page of a list with 500 requests: how long the server takes, and how many queries it asks."""

import time
from collections.abc import Iterator
from statistics import median

from bench.load import load
from bench.pages import Visitor
from bench.scratch import Scratch

REQUESTS, ROUNDS = 500, 20
#: All requests of the firm in one list, each with the four events of a short life.
GATHERED = """
UPDATE requests r SET request_list_id = l.id, number = 1000 + n.number, position = n.number, category = 'Section ' || n.number % 12
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM requests) n,
     (SELECT id FROM request_lists ORDER BY id LIMIT 1) l WHERE n.id = r.id
"""
EVENTS = """
INSERT INTO request_events (organization_id, id, request_id, from_status, to_status, reason, member_id, created_at)
SELECT r.organization_id, gen_random_uuid(), r.id, '', s.status, '', r.assigned_to_id, now() - s.days * interval '1 day'
FROM requests r, (VALUES ('draft', 40), ('pending', 30), ('submitted', 20), ('returned', 10)) s (status, days)
"""


def request_list(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """The page of a list with 500 requests, as a signed-in member gets it."""
    with scratch.admin() as admin:
        size = load(admin, [REQUESTS])[0]
        for statement in ("SET session_replication_role = replica", GATHERED, EVENTS, "ANALYZE"):
            admin.execute(statement.encode())
    visitor = Visitor(size)
    address = visitor.url("request_list_detail", list_id=first_list(visitor))
    for name, params in (("first page", {}), ("searched", {"q": "w3"}), ("by due date", {"o": "due"})):
        asked = visitor.recorded(name, lambda params=params: visitor.browser.get(address, params)).statements
        content = visitor.browser.get(address, params).content
        times = [timed(visitor, address, params) for _ in range(3 if small else ROUNDS)]
        rows, kilobytes = content.count(b'<tr id="request-'), len(content) // 1024
        yield f"{name}: {median(times):.0f} ms, {len(asked)} questions about the firm’s rows, {rows} rows, {kilobytes} KB"


def first_list(visitor: Visitor) -> object:
    from clients.models import RequestList
    from tenancy.context import tenant

    with tenant(visitor.size.id):
        return RequestList.objects.filter(requests__isnull=False).values_list("pk", flat=True)[0]


def timed(visitor: Visitor, address: str, params: dict[str, str]) -> float:
    began = time.perf_counter()
    visitor.browser.get(address, params)
    return (time.perf_counter() - began) * 1000
