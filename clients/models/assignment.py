from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ClientAssignment(TenantModel):
    """Staff assigned to a client. At most one of them leads."""

    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="assignments")
    #: Who is assigned.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="client_assignments")
    #: Whether the member leads the work for the client; one does at most.
    is_lead = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        db_table = "user_clients"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "client", "member"], name="user_clients_member"),
            models.UniqueConstraint(
                fields=["organization", "client"], condition=models.Q(is_lead=True), name="user_clients_lead"
            ),
        ]
        # Whoever works on thousands of clients: one probe of the index for each name the list walks past, no row read.
        indexes = [
            models.Index(
                fields=["organization", "member", "client"], include=["is_lead"], name="user_clients_of_member"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.client_id}"
