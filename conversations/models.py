from django.db import models

from tenancy.models import TenantModel


class Thread(TenantModel):
    """What people say about one thing. The thing points here; a thread does not know what it is about."""

    class Audience(models.TextChoices):
        INTERNAL = "internal", "Firm only"
        CLIENT = "client", "Visible to the client"

    audience = models.CharField(max_length=20, choices=Audience, default=Audience.INTERNAL)

    class Meta(TenantModel.Meta):
        db_table = "threads"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(audience__in=["internal", "client"]), name="threads_audience"),
        ]

    def __str__(self) -> str:
        return f"Thread {self.pk}"
