from django.db import models

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ClientRelation(AuthoredModel, TenantModel):
    """Two clients that belong together. Stored once and read from both sides: `client` is the `kind` of `related`."""

    class Kind(models.TextChoices):
        PARENT = "parent", "Parent company of"
        OWNER = "owner", "Owner of"
        DIRECTOR = "director", "Director of"
        TRUSTEE = "trustee", "Trustee of"
        PARTNER = "partner", "Partner in"
        SPOUSE = "spouse", "Spouse of"
        FAMILY = "family", "Family of"
        SISTER = "sister", "Sister company of"
        OTHER = "other", "Belongs with"

    #: The same, as the other side reads it.
    INVERSE = {
        "parent": "Subsidiary of",
        "owner": "Owned by",
        "director": "Directed by",
        "trustee": "Has as trustee",
        "partner": "Has as partner",
    }

    #: The one the kind is said of: the parent company, the owner.
    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="relations")
    #: The other one: the subsidiary, what is owned.
    related = TenantForeignKey("clients.Client", models.CASCADE, related_name="inverse_relations")
    #: What `client` is to `related`.
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta(TenantModel.Meta):
        db_table = "client_relations"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "client", "related"], name="client_relations_pair"),
            models.CheckConstraint(
                condition=~models.Q(client=models.F("related")),
                name="client_relations_two",
                violation_error_message="A client cannot be related to itself.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "parent", "owner", "director", "trustee", "partner", "spouse", "family", "sister", "other",
                    ]
                ),
                name="client_relations_kind",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind} {self.related_id}"

    def words_from(self, client_id: object) -> str:
        """What the client is to the other: “Parent company of”, or “Subsidiary of” from the other side."""
        if self.client_id == client_id:
            return self.get_kind_display()
        return self.INVERSE.get(self.kind, self.get_kind_display())
