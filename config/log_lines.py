"""Lines of the log name the request they came of, by the reference that its error page shows."""

import logging

from tenancy.context import current


class Reference(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.reference = current().facts.get("request", "-")
        return True
