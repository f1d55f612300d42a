from django.db import models
from django.db.models.functions import Now


class OrganizationSlug(models.Model):
    """An address a firm has or had: links to a former one lead on, so no other firm may ever have it."""

    #: The address: lower-case letters, digits and hyphens.
    slug = models.CharField(primary_key=True, max_length=48)
    organization_id = models.UUIDField(db_index=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "organization_slugs"

    def __str__(self) -> str:
        return self.slug
