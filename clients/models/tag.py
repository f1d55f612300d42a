from django.db import models
from django.db.models.functions import Lower

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ClientTag(AuthoredModel, TenantModel):
    """A word the firm puts on clients. One row for the whole firm, so that renaming it renames it everywhere."""

    name = models.CharField(max_length=40, validators=[validate_plain_text])

    class Meta(TenantModel.Meta):
        db_table = "client_tags"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                "organization",
                Lower("name"),
                name="client_tags_name",
                violation_error_message="The firm has a tag of this name.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="client_tags_named"),
        ]

    def __str__(self) -> str:
        return self.name


class ClientTagging(TenantModel):
    """One tag on one client."""

    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="taggings")
    tag = TenantForeignKey("clients.ClientTag", models.CASCADE, related_name="taggings")

    class Meta(TenantModel.Meta):
        db_table = "client_taggings"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "client", "tag"], name="client_taggings_one"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.client_id}"
