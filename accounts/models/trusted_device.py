from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from accounts.devices import device_name


class TrustedDevice(models.Model):
    """A browser that has shown a second factor and is not asked for another for a while. The cookie holds its key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="trusted_devices")
    token_hash = models.BinaryField(max_length=32, unique=True)
    #: Of the password and the factors as they were; with others the device is trusted no more.
    setup = models.CharField(max_length=64)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "trusted_devices"

    def __str__(self) -> str:
        return self.device

    @property
    def device(self) -> str:
        return device_name(self.user_agent)
