from django.db import models
from django.utils import timezone

from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel


class MagicLinkQuerySet(models.QuerySet["MagicLinkToken"]):
    def live(self) -> "MagicLinkQuerySet":
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


class MagicLinkToken(TenantModel):
    """A secret mailed to a contact: a long link, or a six-digit code for a second device. Only its hash is kept."""

    class Purpose(models.TextChoices):
        LINK = "link", "Link"
        CODE = "code", "Six-digit code"

    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, related_name="magic_links")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.LINK)
    token_hash = models.BinaryField(max_length=32)
    #: Where in the portal the link leads; empty: its first page.
    next_path = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()
    #: How many wrong codes were typed.
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(MagicLinkQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "client_magic_link_tokens"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "token_hash"],
                condition=models.Q(purpose="link"),
                name="client_magic_link_tokens_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["link", "code"]), name="client_magic_link_tokens_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.contact_id}"
