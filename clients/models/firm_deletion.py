import hashlib
import json
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from uuid_utils.compat import uuid7

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class FirmDeletion(AuthoredModel, TenantModel):
    """An owner's wish that the whole firm be deleted: until it is due, any owner cancels it."""

    #: From then on it is done by the next run of `manage.py delete_firms`.
    due_at = models.DateTimeField()
    #: Why it was due and not done, as sentences; empty where nothing was in the way.
    refused_because = models.TextField(blank=True, default="")
    #: When an owner changed their mind; empty while the wish stands.
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(TenantModel.Meta):
        db_table = "firm_deletions"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(cancelled_at=None), name="firm_deletions_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"Deletion on {self.due_at:%Y-%m-%d}"

    @property
    def is_due(self) -> bool:
        return self.due_at <= timezone.now()


class DeletedFirm(models.Model):
    """That a firm was here and is gone, with the certificate that says what was deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(editable=False)
    name = models.CharField(max_length=120, editable=False)
    #: The address it had.
    slug = models.CharField(max_length=48, editable=False)
    deleted_at = models.DateTimeField(db_default=Now(), editable=False)
    #: Who asked and when, the rows of each table, the number of files, what stays and until when.
    certificate = models.JSONField(editable=False)
    #: SHA-256 of the certificate, as it was handed out.
    digest = models.CharField(max_length=64, editable=False)
    #: Addresses of the owners, until each has the certificate.
    owners = models.JSONField(default=list, editable=False)
    #: When the last file was deleted; empty until then.
    files_deleted_at = models.DateTimeField(null=True, editable=False)
    #: When the owners had the certificate; empty until then.
    mailed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "deleted_firms"
        indexes = [models.Index(models.F("deleted_at").desc(), name="deleted_firms_newest")]

    def __str__(self) -> str:
        return f"{self.name}, {self.deleted_at:%Y-%m-%d}"


def written(certificate: dict[str, Any]) -> bytes:
    """As it is handed out: JSON, its keys in order and without spaces."""
    return json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(certificate: dict[str, Any]) -> str:
    return hashlib.sha256(written(certificate)).hexdigest()
