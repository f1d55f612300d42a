from django.db import models

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class WorkpaperVersion(AuthoredModel, TenantModel):
    """What a paper said. The newest follows its author's typing; one that somebody signed never changes again."""

    workpaper = TenantForeignKey("workspaces.Workpaper", models.CASCADE, related_name="versions")
    #: The paper's count of versions.
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    #: What it said, in the form of its kind.
    body = models.JSONField(default=dict)
    #: Hash of what it said.
    content_hash = models.CharField(max_length=64)
    #: How it came to be, such as “Added after the file was closed”; empty for most.
    note = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])

    class Meta(TenantModel.Meta):
        db_table = "workpaper_versions"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "workpaper", "number"], name="workpaper_versions_number"),
        ]

    def __str__(self) -> str:
        return f"{self.workpaper_id} v{self.number}"
