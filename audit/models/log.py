from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from tenancy.isolation import TenantIsolation
from tenancy.manager import TenantManager


class AuditFields(models.Model):
    """Who did what to which row, from where, with old and new values."""

    #: Made by whoever writes the line: at random by the trigger, else as everywhere.
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    #: The person who acted; empty where nobody was signed in (a job, a contact).
    user_id = models.UUIDField(null=True)
    #: `insert`, `update` or `delete` by the trigger; else a word of the application's, such as `export`.
    action = models.CharField(max_length=40)
    #: The table of the row, or what else it was done to.
    resource_type = models.CharField(max_length=63)
    #: The row it was done to; empty where it was none.
    resource_id = models.UUIDField(null=True)
    #: As it was: of a change the columns that changed, of a deletion the whole row; empty for a new row.
    old_values = models.JSONField(null=True)
    #: As it is since: of a change the columns that changed, of a new row all; empty for a deletion.
    new_values = models.JSONField(null=True)
    #: What else is known of the request or job it happened in.
    context = models.JSONField(default=dict)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.action} {self.resource_type} {self.resource_id}"


class AuditLog(AuditFields):
    """One firm's audit trail. Written by a trigger; the application may add and read, nobody may change."""

    organization_id = models.UUIDField()

    objects = TenantManager()

    class Meta:
        db_table = "audit_logs"
        base_manager_name = "objects"
        constraints = [TenantIsolation(name="audit_log_tenant", append_only=True, operator="append")]


class PlatformAuditLog(AuditFields):
    """Events outside any firm: sign-ins, failures, what operators do to platform tables."""

    class Meta:
        db_table = "platform_audit_logs"
        indexes = [
            models.Index(models.F("created_at").desc(), name="platform_audit_created"),
            models.Index("user_id", "id", name="platform_audit_of_person"),
        ]
