import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import autodiscover_modules

from schema_changes.backfill import Runner, registered, state

STOPPED = 130


class Command(BaseCommand):
    help = "Fill a new column of rows that are there already. Ctrl-C stops it after the batch; run it again to go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="which; without a name they are listed")
        parser.add_argument("--batch-size", type=int, help="rows in a transaction")
        parser.add_argument("--pause", type=float, help="seconds between transactions")

    def handle(self, *args: Any, **options: Any) -> None:
        autodiscover_modules("backfills")
        name, size = options["name"], options["batch_size"]
        if size is not None and size < 1:
            raise CommandError("A batch has at least one row: --batch-size must be 1 or more.")
        if name is None:
            self.stdout.write("\n".join(sorted(registered)) or "No back-fill is registered.")
            return
        if name not in registered:
            raise CommandError(f"There is no back-fill {name}. There are: {', '.join(sorted(registered)) or 'none'}.")
        self.run_one(name, options)

    def run_one(self, name: str, options: dict[str, Any]) -> None:
        backfill = registered[name]()
        for option in ("batch_size", "pause"):
            if options[option] is not None:
                setattr(backfill, option, options[option])
        runner = Runner(backfill, lambda so_far: self.stdout.write(f"{name}: {so_far}"), time.sleep)
        with stopped_by_signals(runner):
            finished = runner.run()
        if not finished:
            raise CommandError(
                f"{name}: stopped at {state(backfill)}. Run it again to go on from here.", returncode=STOPPED
            )
        self.stdout.write(f"{name}: finished, {state(backfill)}.")


@contextmanager
def stopped_by_signals(runner: Runner) -> Iterator[None]:
    """Ctrl-C or SIGTERM ends the run after the batch in hand; the second one ends it at once, and the batch is undone."""

    def stop(number: int, frame: Any) -> None:
        runner.stopping = True
        signal.signal(number, before[number])

    before: dict[int, Any] = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
