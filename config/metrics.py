"""What Prometheus scrapes: requests as they are answered, and the queue of jobs as the database has it at that moment.

`prometheus-client` and not `django-prometheus`: that one replaces the database backend and labels by model and view. What
is counted here is little, and knows no firm and no person. With several processes, PROMETHEUS_MULTIPROC_DIR names a
folder that is emptied when they start (`docs/operations.md`).
"""

import os
from collections.abc import Iterator

from django.conf import settings
from django.db import connections
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tenancy.context import APP, alias_for, surface

BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
disable_created_metrics()
ours = CollectorRegistry()
REQUESTS = Counter("tickmark_requests", "Requests answered", ["surface", "method", "status"], registry=ours)
SECONDS = Histogram("tickmark_request_seconds", "Time to answer", ["surface"], buckets=BUCKETS, registry=ours)
ERRORS = Counter("tickmark_errors", "Pages that failed, by view", ["view"], registry=ours)

JOBS = "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY 1, 2"
OLDEST = """
SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0) FROM procrastinate_jobs j
LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
"""
HEARTBEAT = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"


class QueueCollector(Collector):
    """Asks while it is scraped, so that no process has to keep a figure fresh."""

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily(
            "tickmark_jobs", "Jobs that wait, run, failed or were called off", labels=["queue", "status"]
        )
        oldest = GaugeMetricFamily("tickmark_oldest_waiting_job_seconds", "How long the first job in line has waited")
        heartbeat = GaugeMetricFamily("tickmark_worker_heartbeat_seconds", "Since the last sign of any worker")
        with surface(APP), connections[alias_for(APP)].cursor() as cursor:
            cursor.execute(JOBS)
            for queue, status, count in cursor.fetchall():
                jobs.add_metric([queue, status], count)
            cursor.execute(OLDEST)
            oldest.add_metric([], float(cursor.fetchone()[0]))
            cursor.execute(HEARTBEAT)
            if (age := cursor.fetchone()[0]) is not None:
                heartbeat.add_metric([], float(age))
        yield from (jobs, oldest, heartbeat)


class PoolCollector(Collector):
    """Of this process alone."""

    def collect(self) -> Iterator[Metric]:
        gauge = GaugeMetricFamily("tickmark_database_pool", "Connections of this process", labels=["alias", "kind"])
        for connection in connections.all(initialized_only=True):
            pool = getattr(connection, "pool", None) if connection.settings_dict["OPTIONS"].get("pool") else None
            for kind, value in (pool.get_stats() if pool else {}).items():
                if kind in ("pool_size", "pool_available", "requests_waiting"):
                    gauge.add_metric([connection.alias, kind], value)
        yield gauge


def exposition() -> bytes:
    registry = ours
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    state = CollectorRegistry()
    state.register(PoolCollector())
    if not settings.DATABASES["default"]["ENGINE"].endswith("dummy"):
        state.register(QueueCollector())
    return generate_latest(registry) + generate_latest(state)
