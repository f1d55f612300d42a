from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from organizations.permissions import Permission
from tenancy.keys import TenantForeignKey
from tenancy.models import SoftDeleteModel, TenantModel


def validate_permissions(value: object) -> None:
    known = {permission.value for permission in Permission}
    if not isinstance(value, list) or not all(isinstance(word, str) and word in known for word in value):
        raise ValidationError("Choose among the permissions listed.")


class CustomRole(AuthoredModel, SoftDeleteModel):
    """A role a firm has made: permissions that come on top of a member's built-in role."""

    name = models.CharField(max_length=60, validators=[validate_plain_text])
    description = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    #: What it adds to a member's built-in role: names of permissions.
    permissions = models.JSONField(default=list, blank=True, validators=[validate_permissions])

    class Meta(SoftDeleteModel.Meta):
        db_table = "roles"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                "organization",
                Lower("name"),
                name="roles_name",
                condition=models.Q(deleted_at=None),
                violation_error_message="Another role has this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def granted(self) -> frozenset[Permission]:
        """A word that means no permission any more grants nothing."""
        return frozenset(permission for permission in Permission if permission.value in self.permissions)


class MembershipRole(AuthoredModel, TenantModel):
    """One member holds one of the firm's own roles; a member may hold many."""

    #: Who holds the role.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="held_roles")
    #: Which role it is.
    role = TenantForeignKey("organizations.CustomRole", models.CASCADE, related_name="holders")

    class Meta(TenantModel.Meta):
        db_table = "membership_roles"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "member", "role"], name="membership_roles_one"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} holds {self.role_id}"
