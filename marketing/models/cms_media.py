from django.db import models
from django.urls import reverse

from marketing.models.publishing import Row

IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp"]


class CmsMedia(Row):
    """A picture on the site, kept in the row itself: this database is all that the site needs. Never replaced."""

    name = models.CharField(max_length=120)
    #: Its description for readers who cannot see it.
    alt = models.CharField("description for readers who cannot see it", max_length=300)
    content_type = models.CharField(max_length=20, editable=False)
    #: Pixels.
    width = models.PositiveIntegerField(editable=False)
    #: Pixels.
    height = models.PositiveIntegerField(editable=False)
    #: The picture itself.
    content = models.BinaryField()

    class Meta:
        db_table = "cms_media"
        ordering = ["name", "id"]
        verbose_name, verbose_name_plural = "picture", "pictures"
        constraints = [
            models.CheckConstraint(condition=~models.Q(alt=""), name="cms_media_alt"),
            models.CheckConstraint(
                condition=models.Q(content_type__in=IMAGE_TYPES),
                name="cms_media_content_type",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cms_media_detail", kwargs={"media_id": self.pk})

    @property
    def srcset(self) -> str:
        """Every size there is, for the browser to choose from; empty where there is only one."""
        smaller = [f"{rendition.get_absolute_url()} {rendition.width}w" for rendition in self.renditions.all()]
        return ", ".join([*smaller, f"{self.get_absolute_url()} {self.width}w"]) if smaller else ""
