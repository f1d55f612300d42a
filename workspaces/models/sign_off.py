from typing import TYPE_CHECKING

from django.db import models

from accounts.plain_text import validate_plain_text
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

if TYPE_CHECKING:
    from workspaces.models.workpaper import Workpaper


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def standing(self) -> "SignOffQuerySet":
        """Not taken back. It may still be of an earlier content."""
        return self.filter(withdrawn_at=None)


class SignOff(TenantModel):
    """A person vouches for what a paper said at that moment. Taking it back keeps the row, with the reason."""

    class Role(models.TextChoices):
        PREPARER = "preparer", "Preparer"
        REVIEWER = "reviewer", "Reviewer"
        PARTNER = "partner", "Partner"

    workpaper = TenantForeignKey("workspaces.Workpaper", models.CASCADE, related_name="sign_offs")
    #: As what the member signs.
    role = models.CharField(max_length=10, choices=Role)
    #: Who vouches for it.
    member = TenantForeignKey("organizations.Membership", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    #: The paper's hash then; another one since says that it was modified.
    content_hash = models.CharField(max_length=64)
    #: The paper's version then.
    version = models.PositiveIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    #: Why it was taken back; empty while it stands.
    withdrawn_reason = models.CharField(max_length=500, blank=True, validators=[validate_plain_text])

    objects = TenantManager.from_queryset(SignOffQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "sign_offs"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "workpaper", "role"], condition=models.Q(withdrawn_at=None), name="sign_offs_one"
            ),
            models.CheckConstraint(condition=models.Q(role__in=["preparer", "reviewer", "partner"]), name="sign_offs_role"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawn_reason="")),
                name="sign_offs_withdrawn", violation_error_message="Say why the signature is taken back.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.role} of {self.workpaper_id}"

    def covers(self, workpaper: "Workpaper") -> bool:
        """Whether what was signed is what the paper says now."""
        return self.content_hash == workpaper.content_hash
