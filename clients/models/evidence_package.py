from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from clients.models.client import Client
from clients.models.project import closed_to, open_to
from clients.models.wall import no_wall_before
from clients.storage import in_own_folder
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

if TYPE_CHECKING:
    from organizations.models import Membership


class EvidencePackageQuerySet(models.QuerySet["EvidencePackage"]):
    def visible_to(self, member: "Membership") -> "EvidencePackageQuerySet":
        packages = self._open_to(member)
        if member.sees_every_client:
            return packages.filter(no_wall_before(member, client="client"))
        return packages.filter(client__in=Client.objects.visible_to(member))

    def _open_to(self, member: "Membership") -> "EvidencePackageQuerySet":
        """Of no list that is closed to the member. What holds a whole client holds what its maker saw: with a project
        of the client closed, only the own ones."""
        packages = self.filter(open_to(member, project="request_list__project"))
        for closed in closed_to(member):
            closed_here = models.Exists(closed.filter(client=models.OuterRef("client")))
            packages = packages.filter(
                models.Q(request_list__isnull=False) | models.Q(created_by=member) | ~closed_here
            )
        return packages


class EvidencePackage(AuthoredModel, TenantModel):
    """One zip of a client's evidence that somebody took away, known again by the checksum of its manifest."""

    class State(models.TextChoices):
        BUILDING = "building", "Being made"
        READY = "ready", "Ready"
        STREAMED = "streamed", "Downloaded at once"
        FAILED = "failed", "Not made"

    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="evidence_packages")
    #: The list whose evidence it is; empty for all of the client's.
    request_list = TenantForeignKey(
        "clients.RequestList", models.CASCADE, null=True, blank=True, related_name="evidence_packages"
    )
    state = models.CharField(max_length=20, choices=State, default=State.BUILDING)
    #: Checksum of the list of its files' checksums; empty until it is made.
    manifest_sha256 = models.CharField(max_length=64, blank=True, default="")
    #: How many files it holds.
    files = models.PositiveIntegerField(default=0)
    #: How many of them are packed so far.
    files_done = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of the files in it.")
    storage_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(EvidencePackageQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "evidence_packages"
        constraints = [
            *TenantModel.Meta.constraints,
            in_own_folder("storage_key", name="evidence_packages_own_folder"),
            models.CheckConstraint(
                condition=models.Q(state__in=["building", "ready", "streamed", "failed"]),
                name="evidence_packages_state",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "manifest_sha256"], name="evidence_packages_manifest"),
            models.Index("organization", "client", models.F("created_at").desc(), name="evidence_packages_newest"),
        ]

    def __str__(self) -> str:
        return f"Evidence of {self.request_list or self.client}"

    def get_absolute_url(self) -> str:
        return reverse("evidence_package", kwargs={"package_id": self.pk})

    @property
    def percent(self) -> int:
        return 100 * self.files_done // self.files if self.files else 0
