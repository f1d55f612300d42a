from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from tenancy.isolation import TenantIsolation
from tenancy.manager import TenantManager


class OfTrail(models.Model):
    """A row about a firm's trail. It names the firm without a key: the trail outlives it until its retention ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class ChainBlock(OfTrail):
    """A seal over some lines of a firm's trail, and over the block before it. Made after the lines, by a job, so that
    nobody who writes a line waits for another."""

    #: 1, 2, 3 … in each firm.
    number = models.PositiveIntegerField()
    #: The lines it seals, oldest first.
    line_ids = ArrayField(models.UUIDField())
    #: SHA-256 of each of these lines, 32 bytes after 32 bytes.
    line_hashes = models.BinaryField()
    #: The moment of the first of the lines.
    first_at = models.DateTimeField()
    #: The moment of the last of the lines.
    last_at = models.DateTimeField()
    #: Of the block before; empty for the first.
    previous_hash = models.BinaryField()
    #: SHA-256 over the firm, the number, `previous_hash`, `line_ids` and `line_hashes`.
    block_hash = models.BinaryField()

    class Meta(OfTrail.Meta):
        db_table = "audit_chain_blocks"
        constraints = [
            TenantIsolation(name="audit_chain_block_tenant", append_only=True),
            models.UniqueConstraint(fields=["organization_id", "number"], name="audit_chain_blocks_number"),
        ]
        indexes = [models.Index(fields=["organization_id", "last_at"], name="audit_chain_blocks_last")]

    def __str__(self) -> str:
        return f"Block {self.number}"

    @property
    def head(self) -> str:
        return bytes(self.block_hash).hex()


class ChainCheck(OfTrail):
    """What somebody who verified a firm's trail, or the clock, was told."""

    #: The person who asked; empty for the clock.
    user_id = models.UUIDField(null=True)
    #: So many blocks were looked at.
    blocks = models.PositiveIntegerField()
    #: So many lines are sealed in them.
    lines = models.PositiveBigIntegerField()
    #: The newest block's hash, in hexadecimal; empty before the first.
    head = models.CharField(max_length=64, blank=True)
    #: What is wrong first, as a sentence; empty where nothing is.
    problem = models.CharField(max_length=300, blank=True)
    #: The first line that is not as it was sealed; empty where it is none.
    broken_line = models.UUIDField(null=True)

    class Meta(OfTrail.Meta):
        db_table = "audit_chain_checks"
        constraints = [TenantIsolation(name="audit_chain_check_tenant", append_only=True)]
        indexes = [
            models.Index("organization_id", models.F("created_at").desc(), name="audit_chain_checks_newest"),
        ]

    def __str__(self) -> str:
        return self.problem or "Unbroken"
