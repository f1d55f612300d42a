from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ProjectMember(TenantModel):
    """Who works on a project. It gives no sight of it: that comes from the client alone."""

    project = TenantForeignKey("clients.Project", models.CASCADE, related_name="team")
    #: Who works on it.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="project_places")

    class Meta(TenantModel.Meta):
        db_table = "project_members"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "project", "member"], name="project_members_one"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.project_id}"
