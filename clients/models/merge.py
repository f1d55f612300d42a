from django.db import models

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ClientMerge(AuthoredModel, TenantModel):
    """Two clients that were one: `source` went into `target`, and its address leads there since."""

    #: The client that went into the other.
    source = TenantForeignKey("clients.Client", models.CASCADE, related_name="merged_into")
    #: The client that stayed.
    target = TenantForeignKey("clients.Client", models.CASCADE, related_name="merged_from")
    moved = models.JSONField(default=dict, help_text="How many rows of each table came along, and the fields taken.")

    class Meta(TenantModel.Meta):
        db_table = "client_merges"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "source"], name="client_merges_source"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="client_merges_two"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"
