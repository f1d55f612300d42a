from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from clients.storage import in_own_folder
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel
from workspaces.models.binder import Binder

if TYPE_CHECKING:
    from organizations.models import Membership


class BinderCopyQuerySet(models.QuerySet["BinderCopy"]):
    def visible_to(self, member: "Membership") -> "BinderCopyQuerySet":
        return self.filter(binder__in=Binder.objects.visible_to(member))

    def unfinished(self) -> "BinderCopyQuerySet":
        return self.filter(status__in=BinderCopy.UNFINISHED)


class BinderCopy(AuthoredModel, TenantModel):
    """A binder printed to one PDF, or packed to be read without Tickmark. A job makes it and says how far it is.

    The file goes after a month; the row stays, so that a copy which comes back is known by its checksum.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF of the binder"
        ARCHIVE = "archive", "Reference copy"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"
        CANCELLED = "cancelled", "Cancelled"
        REMOVED = "removed", "Removed"

    UNFINISHED = (Status.WAITING, Status.RUNNING)
    KEPT_FOR = timedelta(days=30)

    binder = TenantForeignKey("workspaces.Binder", models.CASCADE, related_name="copies")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    #: How many parts are made so far.
    done = models.PositiveIntegerField(default=0)
    #: How many there will be.
    total = models.PositiveIntegerField(default=0)
    storage_key = models.CharField(max_length=200, blank=True, editable=False)
    #: Bytes of the file; 0 until it is ready.
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    #: Of a reference copy: the checksum of the list of its files' checksums.
    manifest_sha256 = models.CharField(max_length=64, blank=True, default="")
    #: Why it was not made; empty where it was.
    problem = models.CharField(max_length=500, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantManager.from_queryset(BinderCopyQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "binder_copies"
        constraints = [
            *TenantModel.Meta.constraints,
            in_own_folder("storage_key", name="binder_copies_own_folder"),
            models.CheckConstraint(condition=models.Q(kind__in=["pdf", "archive"]), name="binder_copies_kind"),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "running", "failed", "cancelled"], storage_key="")
                | models.Q(status="ready") & ~models.Q(storage_key="") & ~models.Q(sha256="")
                | models.Q(status="removed", storage_key=""),
                name="binder_copies_status",
            ),
        ]
        indexes = [
            models.Index("organization", "binder", models.F("created_at").desc(), name="binder_copies_newest"),
            models.Index(fields=["organization", "manifest_sha256"], name="binder_copies_manifest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.binder}"

    def get_absolute_url(self) -> str:
        return f"{reverse('binder_copies', kwargs={'binder_id': self.binder_id})}#copy-{self.pk}"

    @property
    def kept_until(self) -> datetime:
        return (self.finished_at or self.created_at) + self.KEPT_FOR

    @property
    def is_unfinished(self) -> bool:
        return self.status in self.UNFINISHED

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0
