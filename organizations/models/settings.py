from django.db import models
from django.db.models.functions import Now


class PlatformSetting(models.Model):
    """A switch of the whole installation, set by operators."""

    key = models.SlugField(primary_key=True, max_length=80)
    value = models.JSONField(default=dict)
    description = models.TextField(blank=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "platform_settings"

    def __str__(self) -> str:
        return self.key
