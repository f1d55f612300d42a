"""Databases, one alias a role, and the cache: which there are is said by the addresses in the environment."""

from typing import Any

ALIAS_VARIABLES = {
    "default": "DATABASE_URL",
    "identity": "IDENTITY_DATABASE_URL",
    "operator": "OPERATOR_DATABASE_URL",
    "owner": "OWNER_DATABASE_URL",
    "marketing": "MARKETING_DATABASE_URL",
    "marketing_owner": "MARKETING_OWNER_DATABASE_URL",
}
#: Of the public site, which may share the database but nothing in it.
SITE = ("marketing", "marketing_owner")
#: They migrate and are gone: no pool.
OWNERS = ("owner", "marketing_owner")


def databases(env: Any) -> dict[str, dict[str, Any]]:
    found = {alias: database(env, alias, name) for alias, name in ALIAS_VARIABLES.items() if name in env.ENVIRON}
    # A process that serves the marketing site alone has no credentials of the application.
    return {"default": {"ENGINE": "django.db.backends.dummy"}} | found


def database(env: Any, alias: str, variable: str) -> dict[str, Any]:
    # A visitor of the site who waits longer than two seconds is better told that it is away.
    seconds = 2 if alias == "marketing" else 10
    pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=10), "timeout": seconds}
    return {
        **env.db_url(variable, engine="tenancy.backend"),
        "TENANCY": alias not in SITE,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {} if alias in OWNERS else {"pool": pool},
    }


def caches(env: Any) -> dict[str, dict[str, Any]]:
    """The shared one in the database, or in Redis; keys carry the firm in either (tenancy.cache)."""
    in_database = {
        "BACKEND": "tenancy.cache_backend.ExpiringCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # so many before expired ones are swept; living ones stay
    }
    addresses = env.list("REDIS_URL", default=[])
    in_redis = {
        "BACKEND": "tenancy.cache_backend.SharedRedis",
        "LOCATION": addresses,
        "KEY_PREFIX": env.str("REDIS_PREFIX", default="tickmark"),
        "OPTIONS": {"socket_timeout": 3},  # a server that does not answer is an error, not a wait
    }
    return {
        "default": in_redis if addresses else in_database,
        "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
    }
