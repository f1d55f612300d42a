"""What every text of the site has: a key, a state and its clock."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from uuid_utils.compat import uuid7


class PublishedQuerySet(models.QuerySet[Any]):
    def published(self) -> "PublishedQuerySet":
        """A text with a date still to come waits for it, by the database's clock: that of `marketing.page_cache` too."""
        return self.filter(status=Publishable.Status.PUBLISHED, published_at__lte=Now())


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class Publishable(Row):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="UTC. Empty means now, as soon as the status is Published."
    )

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=["draft", "published"]), name="%(class)s_status"),
            models.CheckConstraint(
                condition=models.Q(status="published", published_at__isnull=False)
                | models.Q(status="draft", published_at=None),
                name="%(class)s_published_at",
                violation_error_message="A published text has a date of publication, a draft has none.",
            ),
        ]

    def clean(self) -> None:
        if self.status == self.Status.PUBLISHED:
            self.published_at = self.published_at or timezone.now()
        else:
            self.published_at = None
