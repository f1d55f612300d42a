from datetime import timedelta

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from organizations.models.membership import Role
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

LIFETIME = timedelta(days=14)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, revoked_at=None)

    def pending(self) -> "InvitationQuerySet":
        return self.open().filter(expires_at__gt=timezone.now())


class Invitation(TenantModel):
    """An offer to join the firm, sent to one address. The mail holds the token, the row its hash."""

    #: Whom it was sent to.
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    token_hash = models.BinaryField(max_length=32, null=True, editable=False)
    expires_at = models.DateTimeField()
    #: When the mail went out; empty until then.
    sent_at = models.DateTimeField(null=True)
    #: The member who invites; empty once they are gone.
    invited_by = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, related_name="invitations")
    accepted_at = models.DateTimeField(null=True)
    #: The membership that came of it; empty until then.
    accepted_by = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(InvitationQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "invitations"
        constraints = [
            TenantIsolation(name="invitation_tenant", operator="read", lookup=True),
            models.UniqueConstraint(fields=["organization", "token_hash"], name="invitation_token"),
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_email",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role"),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None), name="invitation_one_end"
            ),
        ]
        indexes = [models.Index("token_hash", name="invitation_token_hash")]

    def __str__(self) -> str:
        return self.email

    @property
    def is_pending(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
