from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from clients.models.client import Client
from clients.models.project import open_to
from clients.models.wall import no_wall_before
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel

if TYPE_CHECKING:
    from organizations.models import Membership


class RequestListQuerySet(models.QuerySet["RequestList"]):
    def visible_to(self, member: "Membership") -> "RequestListQuerySet":
        """Of clients the member sees, and of no project that is closed to them."""
        lists = self.filter(open_to(member, project="project"))
        if member.sees_every_client:
            return lists.filter(no_wall_before(member, client="client"))
        return lists.filter(client__in=Client.objects.visible_to(member))

    def open(self) -> "RequestListQuerySet":
        return self.filter(status=RequestList.Status.OPEN)

    def in_progress(self) -> "RequestListQuerySet":
        """Open, of a client the firm still works for: only these wait on anybody."""
        return self.open().filter(client__archived_at=None)


class RequestList(AuthoredModel, SoftDeleteModel):
    """Things asked of one client together: one engagement, one period."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    client = TenantForeignKey("clients.Client", models.PROTECT, related_name="request_lists")
    #: The project it is for; may be empty.
    project = TenantForeignKey("clients.Project", models.SET_NULL, null=True, blank=True, related_name="request_lists")
    title = models.CharField(max_length=200, validators=[validate_plain_text])
    #: The time it asks about, in words, such as “FY 2025”; may be empty.
    period = models.CharField(max_length=60, blank=True, validators=[validate_plain_text])
    #: What its numbers begin with, as PBC in PBC-12.
    prefix = models.CharField("numbering", max_length=10, default="PBC")
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    #: The last day for all of it; may be empty.
    due_date = models.DateField("final due date", null=True, blank=True)
    #: The highest number given so far: none is given twice.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LivingManager.from_queryset(RequestListQuerySet)()
    with_deleted = TenantManager.from_queryset(RequestListQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "request_lists"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(status__in=["open", "closed"]), name="request_lists_status"),
            models.CheckConstraint(
                condition=models.Q(status="closed", closed_at__isnull=False) | models.Q(status="open", closed_at=None),
                name="request_lists_closed_at",
            ),
        ]
        indexes = [
            models.Index(
                "organization", models.F("created_at").desc(), models.F("id").desc(), name="request_lists_newest"
            ),
            models.Index(fields=["organization", "client", "status"], name="request_lists_client"),
            models.Index(fields=["organization", "status", "due_date"], name="request_lists_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("request_list_detail", kwargs={"list_id": self.pk})

    @property
    def is_in_progress(self) -> bool:
        return self.status == self.Status.OPEN and not self.client.is_archived

    def refusal(self, purpose: str) -> str:
        """Why a closed list is not asked of or changed; nothing while it is open."""
        return "" if self.status == self.Status.OPEN else f"The list is closed. Reopen it to {purpose}."

    def close(self) -> None:
        type(self).objects.open().filter(pk=self.pk).update(status=self.Status.CLOSED, closed_at=timezone.now())

    def reopen(self) -> None:
        type(self).objects.filter(pk=self.pk).update(status=self.Status.OPEN, closed_at=None)

    def trash(self) -> None:
        """The whole list, out of sight of firm and client; its requests stay as they are, for the restoring."""
        type(self).objects.filter(pk=self.pk).update(deleted_at=timezone.now())

    def restore(self) -> None:
        type(self).with_deleted.filter(pk=self.pk).update(deleted_at=None)

    def next_numbers(self, count: int) -> range:
        """Take the next `count` numbers. The row lock keeps two people from taking the same."""
        last = type(self).objects.select_for_update().values_list("last_number", flat=True).get(pk=self.pk)
        type(self).objects.filter(pk=self.pk).update(last_number=last + count)
        return range(last + 1, last + count + 1)
