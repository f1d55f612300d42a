"""What keeps a text's past: every version that was saved, and every address it had."""

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from marketing.models.publishing import Row


class TextRevision(models.Model):
    """A text as it was saved once. Only added, so that any of them can be brought back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    #: The text's kind, such as `blogpost`.
    kind = models.CharField(max_length=20)
    #: The text.
    text_id = models.UUIDField()
    #: Counts from 1 for each text.
    number = models.PositiveIntegerField()
    #: Its fields with their values.
    values = models.JSONField()
    #: The address of the operator who saved it; empty for a program.
    editor = models.CharField(max_length=254, blank=True)

    class Meta:
        db_table = "text_revisions"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["kind", "text_id", "number"], name="text_revisions_number")]

    def __str__(self) -> str:
        return f"Revision {self.number}"


class SlugRedirect(Row):
    """An address that a text had before: whoever follows an old link is led to the new one."""

    #: The text's kind, such as `blogpost`.
    kind = models.CharField(max_length=20)
    #: What it was called.
    slug = models.SlugField(max_length=120)
    #: The text.
    text_id = models.UUIDField()

    class Meta:
        db_table = "slug_redirects"
        ordering = ["kind", "slug"]
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="slug_redirects_slug")]
        indexes = [models.Index(fields=["kind", "text_id"], name="slug_redirects_text")]

    def __str__(self) -> str:
        return self.slug
