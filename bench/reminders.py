"""Planning the reminders of a firm with 50,000 requests: today's mails, and the 14 days ahead as a page shows them."""

from collections.abc import Callable, Iterator

from bench.load import load
from bench.measure import turns
from bench.pages import Visitor
from bench.scratch import Scratch

REQUESTS = 50_000


def reminders(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Milliseconds and statements of a day's plan, of 14 days, and of the page that shows them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from clients.models import ClientContact
    from portal.models import ReminderSchedule
    from portal.reminders.plan import AHEAD, plan
    from tenancy.context import tenant

    with scratch.admin() as admin:
        size = load(admin, [500 if small else REQUESTS])[0]
    visitor = Visitor(size)
    with tenant(size.id):
        ReminderSchedule.objects.create()
        ClientContact.objects.update(invited_at=timezone.now(), is_primary=True)

    def planned(days: int) -> Callable[[], int]:
        def run() -> int:
            with tenant(size.id):
                return len(plan(timezone.localdate(), days=days).digests)

        return run

    address = visitor.url("reminder_preview")
    runs: dict[str, Callable[[], object]] = {
        "today": planned(1), "14 days": planned(AHEAD), "the page of 14 days": lambda: visitor.browser.get(address),
    }  # fmt: skip
    for name, run in runs.items():
        with CaptureQueriesContext(connection) as captured:
            found = run()
        mails = f", {found:,} mails" if isinstance(found, int) else ""
        took = turns({name: run}, seconds=seconds * 4, rounds=10)[name]
        yield f"{name}: {took:.0f} ms, {len(captured)} statements{mails}"
