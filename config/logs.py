"""Logs for machines: one JSON object a line, with the ids of request and firm, and nothing that says who somebody is.

What is left out on purpose: addresses of pages (they hold portal keys and links' secrets), addresses of people, and the
words of errors (PostgreSQL puts the values of the row into them). An error is told by its class and where it happened.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from tenancy.context import current

EMAIL = re.compile(r"[^\s<>\"'(]+@[^\s<>\"')]+")
#: Fields a line may carry beside its message: `logger.info("…", extra={"route": …})`.
EXTRAS = ("method", "route", "status", "milliseconds")


class Reference(logging.Filter):
    """Gives lines for people the reference that the page of an error shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.reference = request_of(record) or "-"
        return True


def request_of(record: logging.LogRecord) -> str | None:
    return getattr(record, "request_id", None) or current().facts.get("request")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        context = current()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": said(record),
            "request": request_of(record),
            "organization": getattr(record, "organization", None) or context.tenant,
            "job": context.facts.get("job"),
            **{name: getattr(record, name) for name in EXTRAS if hasattr(record, name)},
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = told(record.exc_info[1])
        return json.dumps({key: value for key, value in line.items() if value not in (None, "")}, default=str)


def said(record: logging.LogRecord) -> str:
    """Django names the whole path where a page is not found or fails; the route is enough, and holds no secret."""
    if record.name.startswith("django.request"):
        request = getattr(record, "request", None)
        status = getattr(record, "status_code", 500)
        words = HTTPStatus(status).phrase if status in set(HTTPStatus) else str(status)
        return f"{words}: {route_of(request)}" if request is not None else words
    if record.name.startswith("django.security"):
        return f"Refused as suspicious ({record.name.rpartition('.')[2]})"
    return EMAIL.sub("[address]", record.getMessage())


def told(error: BaseException) -> dict[str, Any]:
    """Its class, its SQLSTATE where it has one, and the lines of code it went through; never its words."""
    frames = traceback.extract_tb(error.__traceback__)[-30:]
    cause = error.__cause__
    return {
        "class": f"{type(error).__module__}.{type(error).__qualname__}",
        "sqlstate": getattr(cause or error, "sqlstate", None),
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def route_of(request: Any) -> str:
    """The pattern of the page's address, without what stood in its place."""
    match = getattr(request, "resolver_match", None)
    surface = getattr(request, "surface", "")
    return f"{surface}:{match.route}" if match else f"{surface}:none"
