from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


class BackfillProgress(models.Model):
    """How far a back-fill has come in one firm, or in a table outside the firms. Written with each batch."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: Which back-fill it is.
    name = models.CharField(max_length=100)
    #: The firm it works in; empty for a table outside the firms.
    organization_id = models.UUIDField(null=True)
    #: The last key that is done, to go on after it; empty before the first batch.
    last_key = models.TextField(blank=True)
    #: How many rows its batches have been through.
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
