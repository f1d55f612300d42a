"""The chain over a firm's trail. Blocks are made by a job after the lines they seal, so that writers never wait for it.

A line is found by its id and known by its hash; a line of a long transaction, which appears late, gets into a later
block. Whoever owns the database could make the whole chain anew: that is why its head can be mailed out every day.
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections, router
from django.utils import timezone

from audit.models import AuditLog, ChainBlock, ChainCheck
from tenancy.context import current, current_tenant_id

#: So many lines at most go into one block.
MOST = 5000
#: No transaction lasts longer: an older line that no block seals was put there by somebody.
LATE = timedelta(days=1)
SIZE = hashlib.sha256().digest_size
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)

#: What is sealed of a line: all of it. Moments as microseconds, so that no session's time zone has a say.
HASH = """sha256(convert_to(jsonb_build_array(id, (extract(epoch FROM created_at) * 1000000)::bigint, user_id, action,
    resource_type, resource_id, old_values, new_values, context, ip_address::text, user_agent)::text, 'UTF8'))"""
UNSEALED = f"""
SELECT line.id, line.created_at, line.hash FROM
    (SELECT id, created_at, {HASH} AS hash FROM audit_logs WHERE organization_id = %(firm)s AND created_at > %(since)s) line
    LEFT JOIN (SELECT unnest(line_ids) AS id FROM audit_chain_blocks
               WHERE organization_id = %(firm)s AND last_at > %(since)s) sealed USING (id)
WHERE sealed.id IS NULL ORDER BY line.created_at, line.id LIMIT %(most)s
"""  # noqa: S608 (written here)
SEALED = f"""
SELECT id, {HASH} FROM audit_logs
WHERE organization_id = %(firm)s AND created_at BETWEEN %(first)s AND %(last)s AND id = ANY (%(ids)s)
"""  # noqa: S608
PLANTED = """
SELECT line.id FROM audit_logs line
    LEFT JOIN (SELECT unnest(line_ids) AS id FROM audit_chain_blocks WHERE organization_id = %(firm)s) sealed USING (id)
WHERE line.organization_id = %(firm)s AND line.created_at > %(since)s AND line.created_at < %(before)s
      AND sealed.id IS NULL
ORDER BY line.created_at, line.id LIMIT 1
"""
#: One block whose time is over stays, so that a chain which begins in the middle can be told from one that was cut.
DROP = """
DELETE FROM audit_chain_blocks block USING
    (SELECT organization_id, max(number) AS newest FROM audit_chain_blocks WHERE last_at < %s GROUP BY organization_id) old
WHERE block.organization_id = old.organization_id AND block.number < old.newest
"""
#: One sealer of a firm at a time; nobody else ever asks for this lock.
ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit chain ' || %s, 0))"


@dataclass(frozen=True)
class Verdict:
    """What verifying found. `line` is the first line that is not as it was sealed, where it is one."""

    blocks: int
    lines: int
    head: str
    problem: str = ""
    line: uuid.UUID | None = None


class Broken(Exception):
    def __init__(self, problem: str, line: uuid.UUID | None = None) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def seal() -> int:
    """Seal what this firm's trail has since the last time; how many lines. Zero where somebody else is at it."""
    if _rows(ALONE, [str(current_tenant_id())]) != [(True,)]:
        return 0
    sealed = 0
    while block := _next_block():
        sealed += len(block.line_ids)
        if len(block.line_ids) < MOST:
            break
    return sealed


def _next_block() -> ChainBlock | None:
    newest = ChainBlock.objects.order_by("-number").first()
    latest = ChainBlock.objects.order_by("-last_at").values_list("last_at", flat=True).first()
    since = latest - LATE if latest else BEGINNING
    lines = _rows(UNSEALED, {"firm": current_tenant_id(), "since": since, "most": MOST})
    if not lines:
        return None
    block = ChainBlock(
        organization_id=current_tenant_id(),
        number=newest.number + 1 if newest else 1,
        previous_hash=bytes(newest.block_hash) if newest else b"",
        line_ids=[line[0] for line in lines],
        line_hashes=b"".join(bytes(line[2]) for line in lines),
        first_at=lines[0][1],
        last_at=lines[-1][1],
    )
    block.block_hash = block_hash(block)
    block.save(force_insert=True)
    return block


def block_hash(block: ChainBlock) -> bytes:
    parts = [block.organization_id.bytes, block.number.to_bytes(8), bytes(block.previous_hash)]
    return hashlib.sha256(b"".join([*parts, *(one.bytes for one in block.line_ids), bytes(block.line_hashes)])).digest()


def verify() -> Verdict:
    """Walk this firm's whole chain, oldest block first, and stop at the first thing that is wrong."""
    blocks, lines, head = 0, 0, b""
    first = ChainBlock.objects.order_by("number").first()
    if first and first.number > 1 and is_past_retention(first):  # those before it were dropped with their lines
        blocks, head = first.number - 1, bytes(first.previous_hash)
    try:
        for block in ChainBlock.objects.order_by("number").iterator(chunk_size=20):
            _look_at_block(block, blocks + 1, head)
            _look_at_lines(block)
            blocks, lines, head = blocks + 1, lines + len(block.line_ids), bytes(block.block_hash)
        _look_at_what_was_seen(blocks)
        _look_for_planted(first.last_at + LATE if blocks and first and first.number > 1 else BEGINNING)
    except Broken as broken:
        return Verdict(blocks, lines, head.hex(), broken.problem, broken.line)
    return Verdict(blocks, lines, head.hex())


def _look_at_block(block: ChainBlock, number: int, head: bytes) -> None:
    if block.number != number:
        raise Broken(f"Block {number} is missing.")
    if bytes(block.previous_hash) != head:
        raise Broken(f"Block {number} does not follow block {number - 1}.")
    if block_hash(block) != bytes(block.block_hash) or len(block.line_hashes) != SIZE * len(block.line_ids):
        raise Broken(f"Block {number} itself was changed.")


def _look_at_lines(block: ChainBlock) -> None:
    place = {"firm": block.organization_id, "first": block.first_at, "last": block.last_at, "ids": block.line_ids}
    found = {key: bytes(value) for key, value in _rows(SEALED, place)}
    for position, (line, sealed) in enumerate(hashes_of(block), start=1):
        where = f"entry {position} of block {block.number}"
        if line not in found and not is_past_retention(block):
            raise Broken(f"Entry {line} is gone ({where}).", line)
        if line in found and found[line] != sealed:
            raise Broken(f"Entry {line} was changed ({where}).", line)


def _look_at_what_was_seen(blocks: int) -> None:
    """Whoever cuts the newest blocks off, lines and all, leaves a chain without a gap. But somebody has seen its head."""
    seen = ChainCheck.objects.filter(problem="", blocks__gt=0).order_by("-blocks", "-created_at").first()
    if seen is None:
        return
    if seen.blocks > blocks:
        raise Broken(f"Block {blocks + 1} is missing: on {seen.created_at:%Y-%m-%d} there were {seen.blocks}.")
    block = ChainBlock.objects.filter(number=seen.blocks).first()  # none where it is past its retention
    if block and block.head != seen.head:
        raise Broken(f"Block {seen.blocks} is not the one that was there on {seen.created_at:%Y-%m-%d}.")


def _look_for_planted(since: datetime) -> None:
    latest = ChainBlock.objects.order_by("-last_at").values_list("last_at", flat=True).first()
    if latest and (found := _rows(PLANTED, {"firm": current_tenant_id(), "since": since, "before": latest - LATE})):
        raise Broken(f"Entry {found[0][0]} was put in afterwards: no block holds it.", found[0][0])


def hashes_of(block: ChainBlock) -> Iterator[tuple[uuid.UUID, bytes]]:
    sealed = bytes(block.line_hashes)
    for position, line in enumerate(block.line_ids):
        yield line, sealed[position * SIZE : (position + 1) * SIZE]


def is_past_retention(block: ChainBlock) -> bool:
    """Whole months go once their last day is older than the retention (`manage.py partitions`)."""
    days = settings.TENANCY_PARTITIONED[AuditLog._meta.label]
    return bool(days) and block.first_at < timezone.now() - timedelta(days=days)


def drop_old() -> int:
    """Of every firm, as the owner: the blocks whose lines are past their retention; how many."""
    days = settings.TENANCY_PARTITIONED[AuditLog._meta.label]
    if not days:
        return 0
    with connections[router.db_for_write(ChainBlock)].cursor() as cursor:
        cursor.execute(DROP, [timezone.now() - timedelta(days=days)])
        return cursor.rowcount


def check() -> ChainCheck:
    """Seal, verify, and keep the answer. It takes the time it takes: a job asks, and nobody waits for it."""
    with connections[router.db_for_write(AuditLog)].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    seal()
    verdict = verify()
    return ChainCheck.objects.create(
        organization_id=current_tenant_id(), user_id=current().user, blocks=verdict.blocks, lines=verdict.lines,
        head=verdict.head, problem=verdict.problem, broken_line=verdict.line,
    )  # fmt: skip


def _rows(query: str, values: Any) -> list[tuple]:
    with connections[router.db_for_write(AuditLog)].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
