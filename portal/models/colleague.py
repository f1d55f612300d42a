from django.db import models
from django.db.models.functions import Lower

from accounts.plain_text import validate_plain_text
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ColleagueInvitation(TenantModel):
    """A coordinator asks to let a colleague in. Kept after the answer: who brought whom, and who agreed."""

    class Status(models.TextChoices):
        PENDING = "pending", "Waits for the firm"
        APPROVED = "approved", "Let in"
        REFUSED = "refused", "Not let in"

    #: The contact who asks.
    asked_by = TenantForeignKey("clients.ClientContact", models.CASCADE, related_name="colleague_invitations")
    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="colleague_invitations")
    #: The colleague's name.
    name = models.CharField(max_length=200, validators=[validate_plain_text])
    #: The colleague's address.
    email = models.EmailField(max_length=254)
    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    #: Whom it made a contact; empty until they are let in.
    contact = TenantForeignKey("clients.ClientContact", models.SET_NULL, null=True, related_name="+")
    #: The member who answered; empty until then.
    answered_by = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "colleague_invitations"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                "organization",
                "client",
                Lower("email"),
                condition=models.Q(status="pending"),
                name="colleague_invitations_open",
            ),
            models.CheckConstraint(
                condition=models.Q(status="pending", answered_at=None)
                | models.Q(status__in=["approved", "refused"], answered_at__isnull=False),
                name="colleague_invitations_answer",
            ),
        ]
        indexes = [models.Index(fields=["organization", "status", "created_at"], name="colleague_invitations_queue")]

    def __str__(self) -> str:
        return self.name
