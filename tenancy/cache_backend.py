"""The shared cache: Django's table, from which nothing goes before its time."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections


class ExpiringCache(DatabaseCache):
    """Rate limits are kept here. Django's own culling drops living entries in the order of their keys once there are
    too many, so whoever makes many entries makes the counters of others disappear. Here only what has expired goes.
    """

    _table: str

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        quote = connections[db].ops.quote_name
        cursor.execute(
            f"DELETE FROM {quote(self._table)} WHERE {quote('expires')} < %s",  # noqa: S608
            [connections[db].ops.adapt_datetimefield_value(now)],
        )
