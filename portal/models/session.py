from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from portal.devices import device_words
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel


class PortalSessionQuerySet(models.QuerySet["PortalSession"]):
    def live(self) -> "PortalSessionQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class PortalSession(TenantModel):
    """A contact's signed-in browser. The cookie is bound to this contact's portal address alone."""

    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, related_name="portal_sessions")
    token_hash = models.BinaryField(max_length=32)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    #: When it was last used, noted every ten minutes at most.
    last_seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(PortalSessionQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "client_portal_sessions"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "token_hash"], name="client_portal_sessions_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} from {self.ip_address}"

    @property
    def device(self) -> str:
        return device_words(self.user_agent)
