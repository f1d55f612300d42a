from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class DocumentIntake(TenantModel):
    """A document that came with many others for one list, and of which nobody has said yet which request it answers."""

    document = TenantForeignKey("clients.Document", models.CASCADE, related_name="intakes")
    #: The list it came for.
    request_list = TenantForeignKey("clients.RequestList", models.CASCADE, related_name="intakes")
    #: Who sent it; empty where a member did.
    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "document_intakes"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "document"], name="document_intakes_one"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} for {self.request_list_id}"
