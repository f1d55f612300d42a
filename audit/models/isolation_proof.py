from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7


class IsolationProof(models.Model):
    """When somebody last asked the running installation whether its database keeps firms apart, and its answers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField("run at", default=timezone.now, editable=False)
    user_id = models.UUIDField(null=True, editable=False, help_text="The operator who asked; empty for the command.")
    #: Whether every probe was answered as it should be.
    passed = models.BooleanField(editable=False)
    #: How many questions were asked.
    probes = models.PositiveIntegerField(editable=False)
    failures = models.JSONField(default=list, editable=False, help_text="What failed: table, question, what was said.")
    #: How long it took.
    milliseconds = models.PositiveIntegerField(editable=False)

    class Meta:
        db_table = "isolation_proofs"
        indexes = [models.Index(models.F("created_at").desc(), name="isolation_proofs_newest")]

    def __str__(self) -> str:
        return f"{'Passed' if self.passed else 'FAILED'}: {self.probes} probes"
