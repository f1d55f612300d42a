"""gunicorn reads this file by itself when it is started in this folder."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "asgi"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 10
timeout = 60
graceful_timeout = 10
control_socket_disable = True
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
