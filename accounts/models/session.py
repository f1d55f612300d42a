from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from accounts.devices import device_name


class UserSession(models.Model):
    """One signed-in browser, and the session store itself: revoking the row ends the session on its next request."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    #: Of a program's session: hash of the one refresh token that is due. Empty for a browser's.
    refresh_token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    #: Who is signed in; empty for a visitor's session.
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="sessions")
    #: What the session holds, signed and packed by Django.
    session_data = models.TextField()
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    #: When it was last used, noted every five minutes at most.
    last_seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "user_sessions"
        indexes = [models.Index("expires_at", name="user_sessions_expires")]

    def __str__(self) -> str:
        return f"{self.user_agent or 'Unknown device'} ({self.ip_address})"


class ActiveUserSession(models.Model):
    """The view of sessions somebody is signed in with now: without keys and contents."""

    #: As in `user_sessions`.
    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey("accounts.User", models.DO_NOTHING, related_name="active_sessions", db_index=False)
    ip_address = models.GenericIPAddressField("address", null=True)
    user_agent = models.CharField(max_length=300)
    #: When the person signed in.
    created_at = models.DateTimeField("signed in")
    #: When it was last used, noted every five minutes at most.
    last_seen_at = models.DateTimeField("last used")
    expires_at = models.DateTimeField("ends")

    class Meta:
        managed = False
        db_table = "active_user_sessions"
        verbose_name = "signed-in device"

    def __str__(self) -> str:
        return device_name(self.user_agent)

    @property
    def device(self) -> str:
        return device_name(self.user_agent)

    @property
    def is_handheld(self) -> bool:
        return any(name in self.device for name in ("iPhone", "iPad", "Android"))
