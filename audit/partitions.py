"""Monthly partitions of `audit_logs`, made ahead of time by the owner. Dropping one needs the retention to have ended."""

from datetime import date, timedelta

from django.db.backends.base.base import BaseDatabaseWrapper

AHEAD = 3


def month_after(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def partition_statements(month: date) -> list[str]:
    """Closed to every role: rows are reached through `audit_logs` and its policies alone."""
    start, end = month.replace(day=1), month_after(month)
    name = f"audit_logs_{start:%Y_%m}"
    return [
        f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF audit_logs FOR VALUES FROM ('{start}') TO ('{end}')",
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
    ]


def make_partitions(connection: BaseDatabaseWrapper, today: date) -> None:
    """This month and the next three. Safe to run again."""
    month = today.replace(day=1)
    with connection.cursor() as cursor:
        for _ in range(AHEAD + 1):
            for statement in partition_statements(month):
                cursor.execute(statement)
            month = month_after(month)
