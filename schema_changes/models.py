from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


class BackfillProgress(models.Model):
    """How far a back-fill has come in one firm, or in a table outside the firms. Written with each batch."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    organization_id = models.UUIDField(null=True)
    last_key = models.TextField(blank=True)
    rows_done = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "backfill_progress"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "organization_id"], name="backfill_progress_scope", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.organization_id or ''}"
