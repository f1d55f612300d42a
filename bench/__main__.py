"""What row-level security costs the pages' real questions. `python -m bench --help`"""

import argparse
import statistics
import time

import psycopg
from psycopg.conninfo import make_conninfo

from bench.load import load
from bench.measure import ALONE, SHIPPED, Bench, table
from bench.questions import questions
from bench.scratch import database, server, sign_on


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--firms", type=int, default=200)
    parser.add_argument("--requests", type=int, default=300_000)
    parser.add_argument("--seconds", type=float, default=1.5, help="at most, for one question in one firm")
    parser.add_argument(
        "--small", action="store_true", help="20 firms, 5,000 requests, a few seconds: is it still whole?"
    )
    parser.add_argument("--explain", action="store_true", help="print the plans' lines that name the organization")
    chosen = parser.parse_args()
    if chosen.small:
        chosen.firms, chosen.requests, chosen.seconds = 20, 5_000, 0.1
    return chosen


def main() -> None:
    chosen = arguments()
    with server() as admin_url, database(admin_url) as name:
        started = time.monotonic()
        with psycopg.connect(make_conninfo(admin_url, dbname=name)) as admin:
            version = admin.execute("SHOW server_version").fetchone()
            sizes = load(admin, firms=chosen.firms, requests=chosen.requests)
        print(f"PostgreSQL {version[0] if version else '?'}; {sum(size.requests for size in sizes):,} requests of")
        print(f"{len(sizes)} firms, loaded in {time.monotonic() - started:.0f} s. Medians, in turns.\n")
        with (
            sign_on(admin_url, name, "tickmark_owner") as without,
            sign_on(admin_url, name, "tickmark_app") as within,
            sign_on(admin_url, name, "tickmark_app") as alone,
        ):
            bench = Bench(without, within, alone, seconds=chosen.seconds, rounds=200)
            firms = [sizes[0], sizes[len(sizes) // 10], sizes[-1]]
            results = [result for firm in firms for result in bench.measure(firm, questions(firm))]
            print("\n".join(table(results)))
            for way in (SHIPPED, ALONE):
                print(
                    f"\nMedian of all ratios, {way}: {statistics.median(result.ratios[way] for result in results):.2f}×"
                )
            if chosen.explain:
                for question, lines in bench.explained(sizes[0], questions(sizes[0])):
                    print(f"\n{question}\n  " + "\n  ".join(lines))


if __name__ == "__main__":
    main()
