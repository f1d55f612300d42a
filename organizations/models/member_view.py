from django.db import models

from organizations.models.membership import Role
from tenancy.manager import TenantManager


class OrganizationMember(models.Model):
    """The view of who is in a firm, for reports: row-level security decides for its reader which rows it shows."""

    membership_id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    user_id = models.UUIDField()
    display_name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=Role)
    status = models.CharField(max_length=20)
    invited_by_id = models.UUIDField(null=True)
    invited_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField(null=True)

    objects = TenantManager()

    class Meta:
        managed = False
        db_table = "organization_members"

    def __str__(self) -> str:
        return self.display_name
