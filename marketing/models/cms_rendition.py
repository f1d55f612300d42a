from django.db import models
from django.urls import reverse

from marketing.models.publishing import Row


class LightManager(models.Manager["CmsRendition"]):
    """Whoever lists the sizes of a picture wants none of the bytes."""

    def get_queryset(self) -> models.QuerySet["CmsRendition"]:
        return super().get_queryset().defer("content")


class CmsRendition(Row):
    """A picture in a smaller size, as WebP: a phone need not fetch what only a large screen can show."""

    #: The picture it was made of.
    media = models.ForeignKey("marketing.CmsMedia", models.CASCADE, related_name="renditions", db_index=False)
    #: Pixels.
    width = models.PositiveIntegerField()
    #: Pixels.
    height = models.PositiveIntegerField()
    #: The picture itself.
    content = models.BinaryField()

    objects = LightManager()

    class Meta:
        db_table = "cms_renditions"
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["media", "width"], name="cms_renditions_width")]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"

    def get_absolute_url(self) -> str:
        return reverse("cms_rendition_detail", kwargs={"media_id": self.media_id, "width": self.width})
