from django.db import models


class Request(models.Model):
    """What a firm asks a client for, as wide as it has to be for the measure: the column comes to an empty place."""

    organization_id = models.UUIDField(null=True)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(db_default="")

    def __str__(self) -> str:
        return self.title
