from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class WorkpaperReading(TenantModel):
    """That a member has had a paper open, and what it said then: nobody signs in bulk what they have not seen."""

    workpaper = TenantForeignKey("workspaces.Workpaper", models.CASCADE, related_name="readings")
    #: Who had it open.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="+")
    #: The paper's hash then.
    content_hash = models.CharField(max_length=64)
    #: When that was.
    read_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        db_table = "workpaper_readings"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "workpaper", "member"], name="workpaper_readings_one"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.workpaper_id}"
