from datetime import timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

#: An ask that nobody has answered for so long is not answered any more: what it was for has passed.
WAITS = timedelta(days=7)
STATES = {
    "waiting": "Waits for an owner",
    "lapsed": "Not answered",
    "withdrawn": "Taken back",
    "refused": "Refused",
    "in_force": "May look",
    "ended": "Ended early",
    "expired": "Ran out",
}


class SupportGrantQuerySet(models.QuerySet["SupportGrant"]):
    def waiting(self) -> "SupportGrantQuerySet":
        return self.filter(answered_at=None, ended_at=None, created_at__gt=timezone.now() - WAITS)

    def in_force(self) -> "SupportGrantQuerySet":
        """As the database itself decides it, in `app.supported_firm()`."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class SupportGrant(TenantModel):
    """An operator asks to look into the firm, an owner consents or refuses. Consent runs out, and can be ended at once."""

    #: Who asked. The account is the platform's, so this is no key.
    operator_id = models.UUIDField(editable=False)
    #: The operator's name as it was then.
    operator_name = models.CharField(max_length=200, editable=False)
    reason = models.CharField(
        "reason",
        max_length=500,
        validators=[validate_plain_text],
        help_text="The firm’s owners read it, and it stays in their log.",
    )
    #: How long the operator wants to look, counted from consent.
    hours = models.PositiveSmallIntegerField(default=4, validators=[MinValueValidator(1), MaxValueValidator(72)])
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+")
    #: Set by consent; empty where nobody has answered, or an owner refused.
    expires_at = models.DateTimeField(null=True, editable=False)
    #: Ended before it ran out, or taken back before it was answered.
    ended_at = models.DateTimeField(null=True, editable=False)
    #: The member who ended it; empty where the operator did.
    ended_by = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+")

    objects = TenantManager.from_queryset(SupportGrantQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "support_grants"
        constraints = [
            TenantIsolation(name="support_grant_tenant", operator="read", lookup=True),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="support_grants_answered",
            ),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="support_grants_hours"),
        ]
        indexes = [
            models.Index("organization", "operator_id", "expires_at", name="support_grants_in_force"),
            models.Index("organization", models.F("created_at").desc(), models.F("id").desc(), name="support_newest"),
        ]

    def __str__(self) -> str:
        return f"Support by {self.operator_name}"

    @property
    def state(self) -> str:
        """One of STATES."""
        now = timezone.now()
        if self.answered_at is None:
            return "withdrawn" if self.ended_at else "waiting" if self.created_at > now - WAITS else "lapsed"
        if self.expires_at is None:
            return "refused"
        return "ended" if self.ended_at else "in_force" if self.expires_at > now else "expired"

    @property
    def state_word(self) -> str:
        return STATES[self.state]

    def consent(self, *, by: Any) -> None:
        self.answered_at, self.answered_by = timezone.now(), by
        self.expires_at = self.answered_at + timedelta(hours=self.hours)
        self.save(update_fields=["answered_at", "answered_by", "expires_at"])

    def refuse(self, *, by: Any) -> None:
        self.answered_at, self.answered_by = timezone.now(), by
        self.save(update_fields=["answered_at", "answered_by"])

    def end(self, *, by: Any = None) -> None:
        """By a member of the firm, or by the operator, who is none."""
        self.ended_at, self.ended_by = timezone.now(), by
        self.save(update_fields=["ended_at", "ended_by"])
