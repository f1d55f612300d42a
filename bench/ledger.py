"""A trial balance of 20,000 lines in a binder of 400 papers: what each step of a year takes, once."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bench.binder import PAPERS, asking, filled, statements
from bench.load import load
from bench.measure import turns
from bench.pages import Visitor
from bench.scratch import Scratch

LINES = 20_000


def ledger(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Milliseconds and statements from the import of a large ledger to the next year's binder."""
    with scratch.admin() as admin:
        size = load(admin, [20] * 3)[0]
    visitor, papers, lines = Visitor(size), 20 if small else PAPERS, 400 if small else LINES
    binder_id, _ = filled(visitor, papers)
    yield f"a binder of {papers} papers, a ledger of {lines:,} lines"
    for name, step in steps(visitor, binder_id, lines):
        yield once(visitor, name, step)
    lead = lead_of(visitor, binder_id)
    runs = {
        "the trial balance": asking(visitor, "trial_balance", binder_id=binder_id),
        "one lead": asking(visitor, "workpaper_detail", workpaper_id=lead),
        "one lead to mark": asking(visitor, "workpaper_edit", workpaper_id=lead),
        "what keeps the file open": asking(visitor, "lock_down", binder_id=binder_id),
        "what keeps it open, nothing of it known": anew(asking(visitor, "lock_down", binder_id=binder_id)),
        "what would be carried": asking(visitor, "binder_roll_forward", binder_id=binder_id),
    }
    times = turns(runs, seconds=seconds * 8, rounds=10)
    for name, ask in runs.items():
        yield f"page, {name}: {times[name]:.0f} ms, {statements(ask)} statements"
    yield printed(visitor, binder_id)
    yield once(visitor, "roll forward", lambda: roll(visitor, binder_id))


def once(visitor: Visitor, name: str, step: Callable[[], Any]) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tenancy.context import tenant

    with tenant(visitor.size.id, user=visitor.member.user_id), CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        step()
        taken = time.perf_counter() - began
    return f"{name}: {taken * 1000:,.0f} ms, {len(captured)} statements"


def steps(visitor: Visitor, binder_id: Any, lines: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    from workspaces import account_mapping, journal, trial_balance_import
    from workspaces.ledger_rows import Ledger, Line
    from workspaces.models import Binder, JournalEntry, JournalEntryLine
    from workspaces.trial_balance_import import Source

    def binder() -> Binder:
        return Binder.objects.select_related("project__client").get(pk=binder_id)

    def take() -> None:
        rows = [Line(n, f"{100_000 + n}", f"Account {n}", 501 if n % 2 else -501) for n in range(lines)]
        trial_balance_import.run(
            binder(), Ledger(rows, 2), Source("large.csv", "", "current", date(2025, 12, 31)), by=visitor.member
        )

    def place() -> None:
        letters = list(binder().section_titles)
        chosen = {f"{100_000 + n}": letters[n % len(letters)] for n in range(lines)}
        account_mapping.save(binder(), chosen, by=visitor.member)

    def post() -> None:
        entry = JournalEntry.objects.create(binder=binder(), number=1, description="One", entry_date=date(2025, 12, 31))
        for position, amount in enumerate((700, -700)):
            JournalEntryLine.objects.create(entry=entry, position=position, code=f"{100_000 + position}", amount=amount)
        journal.post(entry, by=visitor.member)

    yield "import", take
    yield "mapping every account", place
    yield "posting an entry of two lines", post
    yield "import again", take


def lead_of(visitor: Visitor, binder_id: Any) -> Any:
    from tenancy.context import tenant
    from workspaces.models import Workpaper

    with tenant(visitor.size.id, user=visitor.member.user_id):
        return Workpaper.objects.filter(binder=binder_id, kind="lead").in_order()[0].pk


def anew(ask: Callable[[], Any]) -> Callable[[], Any]:
    """As after a change of every paper."""
    from django.core.cache import cache

    def asked() -> None:
        cache.clear()
        ask()

    return asked


def printed(visitor: Visitor, binder_id: Any) -> str:
    """The pages are set outside of the transaction, as the job does."""
    from tenancy.context import tenant
    from workspaces.models import Binder
    from workspaces.printing import typesetting
    from workspaces.printing.book import binder_book
    from workspaces.printing.contents import gathered, papers_of

    began = time.perf_counter()
    with tenant(visitor.size.id, user=visitor.member.user_id):
        binder = Binder.objects.select_related("project__client", "locked_by").get(pk=binder_id)
        papers = papers_of(binder)
        book = binder_book(binder, gathered(papers, papers), visitor.organization, by="The bench")
    pages = typesetting.pdf(book)
    return f"the whole binder as one PDF: {(time.perf_counter() - began) * 1000:,.0f} ms, {len(pages):,} bytes"


def roll(visitor: Visitor, binder_id: Any) -> None:
    from workspaces import roll_forward
    from workspaces.models import Binder

    source = Binder.objects.select_related("project__client").get(pk=binder_id)
    target = Binder(project=source.project, period_end=date(2026, 12, 31))
    roll_forward.prepare(source, target)
    target.save()
    roll_forward.run(source, target, carry_notes=True, by=visitor.member)
