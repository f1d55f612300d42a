"""Which database a model lives in, and as which role this request reaches it."""

from typing import Any

from tenancy.context import alias_for, current

MARKETING = "marketing"
#: Where its tables are made: in place, and where `manage.py split_marketing` moves them.
MARKETING_OWNERS = (MARKETING, "marketing_owner", "marketing_target")


class TenancyRouter:
    """Pins by model and surface, never by `instance._state.db`.

    Otherwise a row loaded through a privileged alias would drag the next write onto that privileged connection.
    """

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return MARKETING if model._meta.app_label == MARKETING else alias_for(current().surface)

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return (one._meta.app_label == MARKETING) == (other._meta.app_label == MARKETING)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db in (MARKETING_OWNERS if app_label == MARKETING else ("default", "owner"))
