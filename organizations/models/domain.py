import secrets

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from organizations.domain_names import LONGEST
from organizations.models.authored import AuthoredModel
from organizations.models.membership import Role
from tenancy.isolation import TenantIsolation
from tenancy.models import TenantModel

#: What a domain may give: whoever joins without being chosen becomes neither owner nor admin.
JOIN_ROLES = [(role.value, role.label) for role in (Role.MEMBER, Role.VIEWER, Role.BILLING)]
RECORD = "tickmark-verify"


def new_proof_token() -> str:
    return secrets.token_hex(16)


class OrganizationDomain(AuthoredModel, TenantModel):
    """A domain the firm says is its own, how that is proven, and what people with an address on it may do."""

    #: The domain's name, such as `firm.example`.
    domain = models.CharField(max_length=LONGEST)
    #: What people with an address on it join as; empty: by invitation only.
    auto_join_role = models.CharField(
        "people with an address on it",
        max_length=20,
        blank=True,
        choices=[("", "Join by invitation only"), *JOIN_ROLES],
    )
    #: Whether an owner or admin lets each of them in.
    verification_required = models.BooleanField("an owner or admin lets each person in", default=True)
    #: What the TXT record of the domain has to say.
    proof_token = models.CharField(max_length=64, default=new_proof_token, editable=False)
    #: When the record was last looked up; empty: never.
    checked_at = models.DateTimeField(null=True, editable=False)
    #: Hash of the code mailed to an address on the domain; empty before it is sent.
    code_hash = models.BinaryField(max_length=32, null=True, editable=False)
    #: The address the code went to; empty where none was asked for.
    code_sent_to = models.EmailField(max_length=254, blank=True, editable=False)
    #: When it was sent; empty where none was asked for.
    code_sent_at = models.DateTimeField(null=True, editable=False)
    #: How often a code was typed since.
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    #: When the firm had proven that it is its own; empty until then.
    verified_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        db_table = "organization_domains"
        constraints = [
            TenantIsolation(name="organization_domain_tenant", lookup=True),
            models.UniqueConstraint(fields=["organization", "domain"], name="organization_domain"),
            models.CheckConstraint(
                condition=models.Q(auto_join_role__in=["", *dict(JOIN_ROLES)]), name="organization_domain_role"
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def record(self) -> str:
        """The TXT record that proves the domain."""
        return f"{RECORD}={self.proof_token}"

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    def mark_checked(self) -> None:
        self.checked_at = timezone.now()
        self.save(update_fields=["checked_at"])


class VerifiedDomain(models.Model):
    """A proven domain and the one firm it belongs to. A firm sees its own rows; the key alone keeps others off."""

    #: The domain's name; proven by one firm at most.
    domain = models.CharField(primary_key=True, max_length=LONGEST)
    organization_id = models.UUIDField(db_index=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "verified_domains"

    def __str__(self) -> str:
        return self.domain
