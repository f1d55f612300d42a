"""What the walls cost. Every number is a ratio of two ways measured in turns in the same run. `python -m bench --help`"""

import argparse
import time

from bench.binder import binder
from bench.chain import chain
from bench.clients import clients
from bench.column import column
from bench.documents import documents
from bench.finding import finding
from bench.growth import growth
from bench.ledger import ledger
from bench.listeners import listeners
from bench.policies import policies, search
from bench.reminders import reminders
from bench.request import request
from bench.request_list import request_list
from bench.schemas import schemas
from bench.scratch import database, server

BENCHES = {
    bench.__name__: bench
    for bench in (
        policies, search, finding, growth, column, schemas, request, request_list, binder, ledger, clients, documents, reminders,
        listeners, chain,
    )
}  # fmt: skip


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:10}{bench.__doc__}" for name, bench in BENCHES.items()),
    )  # fmt: skip
    parser.add_argument("what", nargs="?", choices=BENCHES, default="policies")
    parser.add_argument("--seconds", type=float, default=1.5, help="at most, for one page in one firm")
    parser.add_argument("--small", action="store_true", help="little data, a few seconds: is it still whole?")
    parser.add_argument("--explain", action="store_true", help="also how the plans reach their rows")
    return parser.parse_args()


def main() -> None:
    chosen, began = arguments(), time.monotonic()
    seconds = 0.1 if chosen.small else chosen.seconds
    with server() as admin_url, database(admin_url) as scratch:
        with scratch.admin() as admin:
            print(f"PostgreSQL {admin.info.parameter_status('server_version')}, {chosen.what}\n")
        for line in BENCHES[chosen.what](scratch, small=chosen.small, seconds=seconds, explain=chosen.explain):
            print(line, flush=True)
    print(f"\n{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
