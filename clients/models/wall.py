from typing import TYPE_CHECKING

from django.db import models

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel

if TYPE_CHECKING:
    from organizations.models import Membership


class ClientWall(AuthoredModel, TenantModel):
    """An ethical wall: one member must not see one client, whatever their role, grants and assignments say.

    It stays when the member leaves: whoever comes back gets the same membership, and finds the wall still there.
    """

    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="walls")
    #: Who must not see the client.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="client_walls")
    #: Why, as whoever put it up wrote it.
    reason = models.CharField(max_length=500, validators=[validate_plain_text])

    class Meta(TenantModel.Meta):
        db_table = "client_walls"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "client", "member"], name="client_walls_one"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="client_walls_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} must not see {self.client_id}"


def no_wall_before(member: "Membership", *, client: str) -> models.Q:
    """The condition that no wall keeps the member from the row's client; `client` is the way from the row to it."""
    return ~models.Q(models.Exists(ClientWall.objects.filter(client=models.OuterRef(client), member=member)))
