from django.db import models
from django.utils import timezone

from marketing.models.publishing import Row


class PreviewLink(Row):
    """A link by which somebody outside sees a text before visitors do. Nothing secret is kept: the link is the signed key."""

    #: The text's kind, such as `blogpost`.
    kind = models.CharField(max_length=20)
    #: The text.
    text_id = models.UUIDField()
    #: Until when it works; ended by hand, since when it does not.
    ends_at = models.DateTimeField()
    #: The address of the operator who made it.
    made_by = models.CharField(max_length=254)

    class Meta:
        db_table = "preview_links"
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "text_id", "-id"], name="preview_links_text")]

    def __str__(self) -> str:
        return f"Preview until {self.ends_at:%-d %B %Y, %H:%M} UTC"

    @property
    def works(self) -> bool:
        return self.ends_at > timezone.now()
