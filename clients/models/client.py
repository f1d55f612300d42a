import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.encryption import BlindIndexField, EncryptedTextField, masked
from accounts.plain_text import validate_plain_text
from billing.copying import note_freed
from billing.entitlements import require
from billing.features import F
from clients.models.grant import VIEW, ClientGrant
from clients.models.wall import no_wall_before
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel

if TYPE_CHECKING:
    from organizations.models import Membership


def year_end_date(text: str) -> date | None:
    """The day that MM-DD means, in a leap year so that 29 February is one too; None if it means none."""
    try:
        return date.fromisoformat(f"2000-{text}") if re.fullmatch("[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, member: "Membership") -> "ClientQuerySet":
        """The whole firm's clients, and of the restricted ones those the member was granted; none behind a wall."""
        clients = self.filter(no_wall_before(member, client="pk"))
        if member.sees_every_client:
            return clients
        # Asked once, not of each row: the planner takes a condition of its own for every client to be dear.
        granted = ClientGrant.objects.filter(user=member, permission__codename=VIEW).values("content_object")
        return clients.filter(models.Q(access=Client.Access.FIRM) | models.Q(pk__in=granted))


class Client(AuthoredModel, SoftDeleteModel):
    """Whom the firm serves."""

    class Kind(models.TextChoices):
        COMPANY = "company", "Company"
        INDIVIDUAL = "individual", "Individual"
        PARTNERSHIP = "partnership", "Partnership"
        CHARITY = "charity", "Charity or trust"
        PUBLIC_BODY = "public_body", "Public body"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        ONBOARDING = "onboarding", "Onboarding"
        ARCHIVED = "archived", "Archived"

    class Access(models.TextChoices):
        FIRM = "firm", "The whole firm"
        ASSIGNED = "assigned", "Assigned staff only"

    name = models.CharField(max_length=200, validators=[validate_plain_text])
    #: The firm's own short name for it; one client each, may be empty.
    code = models.CharField(max_length=20, blank=True, validators=[validate_plain_text])
    type = models.CharField(max_length=20, choices=Kind, default=Kind.COMPANY)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    #: Whether the whole firm sees it, or who is named in `client_grants`.
    access = models.CharField("who in the firm may see it", max_length=20, choices=Access, default=Access.FIRM)
    #: As it was typed; may be empty.
    industry = models.CharField(max_length=120, blank=True, validators=[validate_plain_text])
    website = models.URLField(max_length=300, blank=True)
    #: `line1`, `line2`, `city`, `postcode`, `country`; what is not known is left out.
    address = models.JSONField(default=dict, blank=True)
    #: The tax number, encrypted; empty where it is not known.
    tax_id = EncryptedTextField("tax number", blank=True, default="")
    #: Keyed hash of the tax number, to find the same one again without reading any.
    tax_id_hash = BlindIndexField(source="tax_id")
    year_end = models.CharField("fiscal year end", max_length=5, blank=True, help_text="Month and day, such as 12-31.")
    #: What the firm notes of it, for itself; may be empty.
    notes = models.TextField(blank=True, max_length=10_000)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Stored, so that paging compares a column: a function call would be a filter behind the policy.
    #: The name in small letters, which lists are ordered by.
    name_key = models.GeneratedField(
        expression=Lower("name"), output_field=models.CharField(max_length=200), db_persist=True
    )
    #: The code in small letters, which lists are ordered by.
    code_key = models.GeneratedField(
        expression=Lower("code"), output_field=models.CharField(max_length=20), db_persist=True
    )
    tsv = models.GeneratedField(
        expression=search_vector("name", "code", more=("industry",)),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = LivingManager.from_queryset(ClientQuerySet)()
    with_deleted = TenantManager.from_queryset(ClientQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "clients"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                "organization",
                Lower("code"),
                name="clients_code",
                condition=models.Q(deleted_at=None) & ~models.Q(code=""),
                violation_error_message="Another client has this code.",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "onboarding", "archived"]), name="clients_status"
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=["company", "individual", "partnership", "charity", "public_body"]),
                name="clients_type",
            ),
            models.CheckConstraint(condition=models.Q(access__in=["firm", "assigned"]), name="clients_access"),
            models.CheckConstraint(
                condition=models.Q(status="archived", archived_at__isnull=False)
                | (~models.Q(status="archived") & models.Q(archived_at=None)),
                name="clients_archived_at",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "name_key", "id"], name="clients_by_name"),
            models.Index(fields=["organization", "code_key", "id"], name="clients_by_code"),
            models.Index("organization", models.F("created_at").desc(), models.F("id").desc(), name="clients_newest"),
            models.Index(fields=["organization", "status"], name="clients_by_status"),
            models.Index(fields=["organization", "year_end", "id"], name="clients_by_year_end"),
            models.Index(fields=["organization", "industry", "id"], name="clients_by_industry"),
            models.Index(
                fields=["organization", "tax_id_hash"], condition=~models.Q(tax_id_hash=""), name="clients_by_tax_id"
            ),
            GinIndex(fields=["organization", "tsv"], name="clients_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def year_end_date(self) -> date | None:
        return year_end_date(self.year_end)

    def get_absolute_url(self) -> str:
        return reverse("client_detail", kwargs={"client_id": self.pk})

    @property
    def is_archived(self) -> bool:
        return self.status == self.Status.ARCHIVED

    @property
    def masked_tax_id(self) -> str:
        return masked(self.tax_id)

    def archive(self) -> None:
        """Hide it from lists; its history stays."""
        type(self).objects.filter(pk=self.pk, archived_at=None).update(
            status=self.Status.ARCHIVED, archived_at=timezone.now()
        )
        note_freed()

    def unarchive(self) -> None:
        if self.is_archived:
            require(F.CLIENTS, adding=1)
        type(self).objects.filter(pk=self.pk).update(status=self.Status.ACTIVE, archived_at=None)

    def restrict_to(self, members: Iterable["Membership"]) -> None:
        """Let these members see the client while access is by assignment, and nobody else."""
        wanted = {member.pk: member for member in members}
        ClientGrant.objects.filter(content_object=self).exclude(user__in=wanted).delete()
        held = set(ClientGrant.objects.filter(content_object=self).values_list("user_id", flat=True))
        for pk in wanted.keys() - held:
            ClientGrant.objects.assign_perm(VIEW, wanted[pk], self)
