"""Who is named on a restricted project, and who is kept from one: the same two things as for a client."""

from django.db import models
from guardian.models import UserObjectPermissionBase

from accounts.plain_text import validate_plain_text
from clients.models.grant import GrantManager
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel

VIEW = "view_project"


class ProjectGrant(TenantModel, UserObjectPermissionBase):
    """One member may see one restricted project, as far as they see its client."""

    #: The member who may see the project.
    user = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="project_grants")  # type: ignore[assignment]
    #: Always `view_project`.
    permission = models.ForeignKey("auth.Permission", models.CASCADE, db_index=False, related_name="+")
    #: The restricted project.
    content_object = TenantForeignKey("clients.Project", models.CASCADE, related_name="grants", db_column="project_id")

    objects = GrantManager()

    class Meta(TenantModel.Meta):
        db_table = "project_grants"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "user", "permission", "content_object"], name="project_grants_one"
            ),
        ]
        indexes = [models.Index(fields=["organization", "permission"], name="project_grants_permission")]

    def __str__(self) -> str:
        return f"{self.user_id} may see {self.content_object_id}"


class ProjectWall(AuthoredModel, TenantModel):
    """An ethical wall before one project: the member sees nothing of it, whatever they see of its client."""

    project = TenantForeignKey("clients.Project", models.CASCADE, related_name="walls")
    #: Who must not see it.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="project_walls")
    #: Why, as whoever put it up wrote it.
    reason = models.CharField(max_length=500, validators=[validate_plain_text])

    class Meta(TenantModel.Meta):
        db_table = "project_walls"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "member", "project"], name="project_walls_one"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="project_walls_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} must not see {self.project_id}"
