"""Foreign keys that cannot leave the organization."""

from typing import Any

from django.db import models
from django.db.models.sql.where import AND, WhereNode


class TenantForeignKey(models.ForeignKey):
    """A foreign key on (organization_id, column): constraint, index and every join carry the organization."""

    def tenant_columns(self) -> tuple[list[str], list[str]]:
        return ["organization_id", str(self.column)], ["organization_id", str(self.target_field.column)]

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> WhereNode | None:
        if not (alias and related_alias):
            return None
        # `alias` is the related table's and `related_alias` the local one's (see ForeignObject).
        here: Any = self.model._meta.get_field("organization")
        there: Any = self.related_model._meta.get_field("organization")
        same_organization = here.get_lookup("exact")(here.get_col(related_alias), there.get_col(alias))
        return WhereNode([same_organization], connector=AND)

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        return {"organization_id": instance.organization_id}
