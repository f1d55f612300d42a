from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class RequestCarryover(TenantModel):
    """Which request of an earlier list this one was rolled forward from: its answer stands beside the new one."""

    #: The new request.
    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, related_name="carryovers")
    #: The request of the earlier list.
    previous = TenantForeignKey("clients.InformationRequest", models.CASCADE, related_name="carried_to")

    class Meta(TenantModel.Meta):
        db_table = "request_carryovers"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "request"], name="request_carryovers_request"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} from {self.previous_id}"
