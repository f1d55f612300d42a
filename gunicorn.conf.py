"""gunicorn reads this file by itself when it is started in this folder."""

import os
from typing import Any

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "asgi"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 10
timeout = 60
graceful_timeout = 10
control_socket_disable = True
loglevel = os.environ.get("LOG_LEVEL", "info").lower()

if os.environ.get("LOG_FORMAT", "line" if os.environ.get("DEBUG") else "json") == "json":
    # The server's own lines look like the application's (config.logs). Requests are told of there, without addresses.
    logconfig_dict = {
        "formatters": {"generic": {"()": "config.logs.JsonFormatter"}},
        "root": {"level": loglevel.upper(), "handlers": []},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": ["error_console"], "propagate": False},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def child_exit(server: Any, worker: Any) -> None:
    """What a process counted goes with it (config.metrics)."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
