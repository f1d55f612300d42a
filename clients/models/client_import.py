from django.db import models

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ClientImport(AuthoredModel, TenantModel):
    """One file of clients that came in: how far it is, and what became of its rows."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Stopped"
        UNDONE = "undone", "Undone"

    name = models.CharField("file", max_length=255)
    import_key = models.CharField(max_length=200, blank=True, editable=False)
    mapping = models.JSONField(default=dict)
    updates = models.BooleanField("update clients that are there already", default=False)
    status = models.CharField(max_length=20, choices=Status, default=Status.RUNNING)
    problem = models.CharField(max_length=500, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    failing = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "client_imports"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(status__in=["running", "done", "failed", "undone"]), name="client_imports_status"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="undone") | models.Q(undone_at__isnull=False),
                name="client_imports_undone_at",
            ),
        ]
        indexes = [
            models.Index("organization", models.F("created_at").desc(), models.F("id").desc(), name="client_imports_newest")
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def can_be_undone(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED) and bool(self.added or self.changed)


class ClientImportRow(TenantModel):
    """One client that an import made, or changed: then `before` holds what stood there.

    `stamp` is the database's clock when the import was done with it. What shows a later time was changed since.
    """

    batch = TenantForeignKey("clients.ClientImport", models.CASCADE, related_name="rows")
    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="import_rows")
    line = models.PositiveIntegerField()
    before = models.JSONField(null=True, blank=True)
    stamp = models.DateTimeField()
    is_undone = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        db_table = "client_import_rows"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "batch", "client"], name="client_import_rows_one"),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of {self.batch_id}"
