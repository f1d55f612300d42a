from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from uuid_utils.compat import uuid7

KEPT = timedelta(days=7)


class DataExport(models.Model):
    """A copy of what is stored about a person, made for that person alone and deleted after a week."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    status = models.CharField(max_length=20, choices=Status, default=Status.WAITING)
    #: How many parts are collected so far.
    parts_done = models.PositiveIntegerField(default=0)
    #: How many there will be.
    parts = models.PositiveIntegerField(default=0)
    storage_key = models.CharField(max_length=300, blank=True)
    #: Bytes of the file; 0 until it is ready.
    size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    #: When the file was ready; empty until then.
    ready_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "data_exports"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "running", "ready", "failed"]), name="data_exports_status"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(status__in=["waiting", "running"]), name="data_exports_one_at_work"
            ),
        ]
        indexes = [models.Index("user", "created_at", name="data_exports_of_person")]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, {self.created_at}"

    @property
    def is_at_work(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def deleted_on(self) -> object:
        return (self.ready_at or timezone.now()) + KEPT
