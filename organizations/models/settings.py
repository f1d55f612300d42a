from django.db import models
from django.db.models.functions import Now


class PlatformSetting(models.Model):
    """A switch of the whole installation, set by operators."""

    #: The name of the switch.
    key = models.SlugField(primary_key=True, max_length=80)
    #: How it stands.
    value = models.JSONField(default=dict)
    description = models.TextField(blank=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "platform_settings"

    def __str__(self) -> str:
        return self.key
