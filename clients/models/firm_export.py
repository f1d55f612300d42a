from datetime import timedelta

from django.db import models

from clients.storage import in_own_folder
from organizations.models.authored import AuthoredModel
from tenancy.models import TenantModel

KEPT = timedelta(days=7)


class FirmExport(AuthoredModel, TenantModel):
    """A copy of everything a firm has: its tables, its files and their checksums, in one zip that is deleted after a week."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"

    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    #: How many tables and files it will hold.
    parts = models.PositiveIntegerField(default=0)
    #: How many of them are in it so far.
    parts_done = models.PositiveIntegerField(default=0)
    #: How many rows it holds.
    rows = models.PositiveBigIntegerField(default=0)
    #: Bytes of the zip; 0 until it is ready.
    size = models.PositiveBigIntegerField(default=0)
    #: Checksum of its `manifest.json`; empty until it is ready.
    manifest_sha256 = models.CharField(max_length=64, blank=True, default="")
    storage_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    #: When it was ready; empty until then.
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "firm_exports"
        constraints = [
            *TenantModel.Meta.constraints,
            in_own_folder("storage_key", name="firm_exports_own_folder"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running", "ready", "failed"]), name="firm_exports_state"
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(state__in=["waiting", "running"]),
                name="firm_exports_one_at_work",
            ),
        ]  # fmt: skip
        indexes = [models.Index("organization", models.F("created_at").desc(), name="firm_exports_newest")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.created_at:%Y-%m-%d}"

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def deleted_on(self) -> object:
        return self.finished_at + KEPT if self.finished_at else None
