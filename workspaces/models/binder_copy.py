from django.db import models

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class BinderCopy(AuthoredModel, TenantModel):
    """A binder printed to one PDF, or packed to be read without Tickmark. A job makes it and says how far it is."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        ARCHIVE = "archive", "Reference copy"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "In progress"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    binder = TenantForeignKey("workspaces.Binder", models.CASCADE, related_name="copies")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    storage_key = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "binder_copies"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(kind__in=["pdf", "archive"]), name="binder_copies_kind"),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "running", "failed"])
                | models.Q(status="ready") & ~models.Q(storage_key="") & ~models.Q(sha256=""),
                name="binder_copies_status",
            ),
        ]
        indexes = [models.Index("organization", "binder", models.F("created_at").desc(), name="binder_copies_newest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.binder_id}"
