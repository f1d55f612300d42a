from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class DocumentScan(TenantModel):
    """What the virus scanner said of one version. Until it said “clean” the file is held; without a scanner there is no row."""

    class State(models.TextChoices):
        WAITING = "waiting", "Being checked"
        CLEAN = "clean", "Checked"
        INFECTED = "infected", "Blocked"

    version = TenantForeignKey("clients.DocumentVersion", models.CASCADE, related_name="scans")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    #: What the scanner calls what it found; empty for a clean file.
    finding = models.CharField(max_length=200, blank=True, default="")
    #: How often the scanner did not answer.
    tries = models.PositiveIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "document_scans"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "version"], name="document_scans_one"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", scanned_at=None)
                | models.Q(state__in=["clean", "infected"], scanned_at__isnull=False),
                name="document_scans_scanned_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
