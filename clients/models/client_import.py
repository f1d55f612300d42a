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

    #: The file's name.
    name = models.CharField("file", max_length=255)
    #: Where the file waits in the store until it is read.
    import_key = models.CharField(max_length=200, blank=True, editable=False)
    #: Which column of the file holds which field.
    mapping = models.JSONField(default=dict)
    #: Whether clients that are there already are changed to what the file says.
    updates = models.BooleanField("update clients that are there already", default=False)
    status = models.CharField(max_length=20, choices=Status, default=Status.RUNNING)
    #: Why it stopped; empty where it did not.
    problem = models.CharField(max_length=500, blank=True)
    #: How many rows the file has.
    total = models.PositiveIntegerField(default=0)
    #: How many of them are dealt with.
    done = models.PositiveIntegerField(default=0)
    #: Rows that made a client.
    added = models.PositiveIntegerField(default=0)
    #: Rows that changed one.
    changed = models.PositiveIntegerField(default=0)
    #: Rows of clients that were there already and stayed as they were.
    known = models.PositiveIntegerField(default=0)
    #: Rows that could not be read.
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

    #: The import.
    batch = TenantForeignKey("clients.ClientImport", models.CASCADE, related_name="rows")
    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="import_rows")
    #: The line of the file.
    line = models.PositiveIntegerField()
    #: What stood in the fields it changed; empty for a client it made.
    before = models.JSONField(null=True, blank=True)
    #: The database's clock when the import was done with it: a later change is somebody's own.
    stamp = models.DateTimeField()
    #: Whether it was taken back.
    is_undone = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        db_table = "client_import_rows"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "batch", "client"], name="client_import_rows_one"),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of {self.batch_id}"
