"""Around every request: how long it took and how it ended, counted and written down; and headers every answer carries."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from config import metrics
from config.logs import route_of

logger = logging.getLogger("tickmark.requests")
#: Asked every few seconds by machines; a line each would hide the others.
QUIET = ("/health/", "/metrics/", "/static/")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
#: Nothing here asks for a device.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)


class ObservingMiddleware:
    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        began = time.perf_counter()
        path = request.path_info  # a mounted surface shortens it
        response = self.get_response(request)
        seconds, surface = time.perf_counter() - began, getattr(request, "surface", "none")
        method = request.method if request.method in METHODS else "other"
        metrics.REQUESTS.labels(surface, method, response.status_code).inc()
        metrics.SECONDS.labels(surface).observe(seconds)
        if response.status_code >= 500:
            metrics.ERRORS.labels(route_of(request)).inc()
        if not path.startswith(QUIET):
            self._tell(request, response, method, seconds)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if surface != "site":  # pictures of the public site may be shown elsewhere
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    @staticmethod
    def _tell(request: Any, response: HttpResponse, method: str, seconds: float) -> None:
        firm = getattr(request, "organization", None)
        logger.info(
            "%s %s", method, response.status_code,
            extra={
                "method": method, "route": route_of(request), "status": response.status_code,
                "milliseconds": round(seconds * 1000, 1), "request_id": getattr(request, "id", None),
                "organization": getattr(firm, "pk", None),
            },
        )  # fmt: skip
