from django.db import models
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase

from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

VIEW = "view_client"


class GrantManager(TenantManager, UserObjectPermissionManager):
    """guardian's verbs (`assign_perm`, `remove_perm`) inside one firm."""


class ClientGrant(TenantModel, UserObjectPermissionBase):
    """One member may see one restricted client.

    guardian's direct-foreign-key form: its generic tables know no organization, this one is a tenant table. `user` is
    the membership, so that a grant can name nobody outside the firm.
    """

    #: The member who may see the client.
    user = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="client_grants")  # type: ignore[assignment]
    #: Always `view_client`.
    permission = models.ForeignKey("auth.Permission", models.CASCADE, db_index=False, related_name="+")
    #: The restricted client.
    content_object = TenantForeignKey("clients.Client", models.CASCADE, related_name="grants", db_column="client_id")

    objects = GrantManager()

    class Meta(TenantModel.Meta):
        db_table = "client_grants"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "user", "permission", "content_object"], name="client_grants_one"
            ),
        ]
        indexes = [models.Index(fields=["organization", "permission"], name="client_grants_permission")]

    def __str__(self) -> str:
        return f"{self.user_id} may see {self.content_object_id}"
