from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class RequestSample(TenantModel):
    """One row of a table of samples: what the auditor selected, and what the client says of it."""

    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, related_name="samples")
    position = models.PositiveIntegerField()
    given = models.JSONField(default=list, blank=True)
    filled = models.JSONField(default=list, blank=True)
    document = TenantForeignKey("clients.Document", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "request_samples"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "request", "position"], name="request_samples_position"),
        ]

    def __str__(self) -> str:
        return f"Row {self.position} of {self.request_id}"
