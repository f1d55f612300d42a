"""The shared cache: Django's table, from which nothing goes before its time, or Redis. Both forget a firm whole."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections, router


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

    def delete_beginning(self, words: str) -> None:
        """Every entry whose key begins so."""
        database = router.db_for_write(self.cache_model_class)
        table = connections[database].ops.quote_name(self._table)
        with connections[database].cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE starts_with(cache_key, %s)", [self.make_key(words)])  # noqa: S608


class SharedRedis(RedisCache):
    """Django's, and the same question as above."""

    _cache: Any

    def delete_beginning(self, words: str) -> None:
        client = self._cache.get_client(write=True)
        for key in client.scan_iter(match=f"{self.make_key(words)}*", count=1000):
            client.delete(key)
