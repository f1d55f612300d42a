from typing import TYPE_CHECKING, Any

from django.contrib.auth import HASH_SESSION_KEY
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.plain_text import validate_plain_text
from organizations.models.role import validate_permissions
from organizations.permissions import PERMISSION_WORDS, Permission
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

if TYPE_CHECKING:
    from organizations.models import Membership


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def living(self) -> "AccessTokenQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def visible_to(self, member: "Membership") -> "AccessTokenQuerySet":
        """One's own; those of others to who manages members."""
        return self if member.can(Permission.MANAGE_MEMBERS) else self.filter(member=member)


class AccessToken(TenantModel):
    """What a program shows to act for one member in one firm. The program holds the token, the row its hash."""

    #: For whom it acts.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=60, validators=[validate_plain_text])
    token_hash = models.BinaryField(max_length=32, editable=False)
    #: What it allows, of what the member may do then: names of permissions.
    permissions = models.JSONField(default=list, validators=[validate_permissions])
    #: How the person had signed in (allauth's records) and with which password: the firm's rules ask both of a token too.
    sign_in = models.JSONField(default=dict, editable=False)
    expires_at = models.DateTimeField()
    #: When a program last showed it, noted now and then; empty: never.
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager.from_queryset(AccessTokenQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "access_tokens"
        constraints = [
            TenantIsolation(name="access_token_tenant", lookup=True),
            models.UniqueConstraint(fields=["organization", "token_hash"], name="access_token_hash_once"),
        ]
        indexes = [
            models.Index("token_hash", name="access_token_hash"),
            models.Index("organization", "member", "created_at", name="access_token_of_member"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> list[str]:
        """What it allows, as the matrix says it."""
        return [words for permission, words in PERMISSION_WORDS.items() if permission.value in self.permissions]

    @property
    def is_living(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    def is_of_this_password(self, person: Any) -> bool:
        """A new password ends what was made before it, as it ends every session."""
        return constant_time_compare(self.sign_in.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
