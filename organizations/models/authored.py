from django.db import models

from tenancy.keys import TenantForeignKey


class AuthoredModel(models.Model):
    """Adds who made the row. Empty where no member did: a client's contact, a job."""

    created_by = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True
