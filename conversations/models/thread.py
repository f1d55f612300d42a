from django.db import models

from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class Thread(TenantModel):
    """What people say about one thing. The thing points here; a thread does not know what it is about.

    A thing the client sees points at a thread that the client may read. What the firm says among itself about the same
    thing is another thread, `beside` it: no comment can be of both.
    """

    class Audience(models.TextChoices):
        INTERNAL = "internal", "Firm only"
        CLIENT = "client", "Visible to the client"

    #: Who may read all of it.
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.INTERNAL)
    #: The thread about the same thing that the client reads; empty unless this one is the firm's talk beside it.
    beside = TenantForeignKey(
        "self", models.CASCADE, null=True, blank=True, editable=False, related_name="firm_threads"
    )

    class Meta(TenantModel.Meta):
        db_table = "threads"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(audience__in=["internal", "client"]), name="threads_audience"),
            # Target of the comments' key (migration 0003): a comment's audience is its thread's, whoever writes.
            models.UniqueConstraint(fields=["organization", "id", "audience"], name="threads_with_audience"),
            models.UniqueConstraint(fields=["organization", "beside"], name="threads_one_beside"),
            models.CheckConstraint(
                condition=models.Q(beside=None) | models.Q(audience="internal"), name="threads_beside_internal"
            ),
        ]

    def __str__(self) -> str:
        return f"Thread {self.pk}"
