from django.db import models

from organizations.models.membership import Role
from tenancy.manager import TenantManager


class OrganizationMember(models.Model):
    """The view of who is in a firm, for reports: row-level security decides for its reader which rows it shows."""

    #: The membership it shows.
    membership_id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    #: The person's account.
    user_id = models.UUIDField()
    #: The person's name in this firm.
    display_name = models.CharField(max_length=200)
    #: The person's address in this firm.
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=Role)
    #: As in `organization_memberships`.
    status = models.CharField(max_length=20)
    #: The member who invited them, where one did.
    invited_by_id = models.UUIDField(null=True)
    #: When they were invited; empty where they were not.
    invited_at = models.DateTimeField(null=True)
    #: When they joined; empty until then.
    joined_at = models.DateTimeField(null=True)

    objects = TenantManager()

    class Meta:
        managed = False
        db_table = "organization_members"

    def __str__(self) -> str:
        return self.display_name
