"""Base classes of every tenant table."""

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from tenancy.context import default_tenant_id
from tenancy.isolation import TenantIsolation
from tenancy.manager import LivingManager, TenantManager


class TenantModel(models.Model):
    """A row that belongs to one organization. The database's key is (organization_id, id); Django knows `id`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, default=default_tenant_id, editable=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        constraints = [TenantIsolation(name="%(app_label)s_%(class)s_tenant")]


class SoftDeleteModel(TenantModel):
    """A row a person can delete: hidden by default, kept until the firm's retention ends."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LivingManager()
    with_deleted = TenantManager()

    class Meta(TenantModel.Meta):
        abstract = True
        base_manager_name = "with_deleted"
