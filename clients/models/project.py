from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from clients.models.client import Client
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel

if TYPE_CHECKING:
    from organizations.models import Membership


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, member: "Membership") -> "ProjectQuerySet":
        """Those of the firm itself, and those of clients the member sees."""
        return self.filter(models.Q(client=None) | models.Q(client__in=Client.objects.visible_to(member)))


class Project(AuthoredModel, SoftDeleteModel):
    """A piece of work for the firm, usually for one client. Its pages live in `workspaces`."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        ACTIVE = "active", "In progress"
        DONE = "done", "Done"

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    client = TenantForeignKey("clients.Client", models.PROTECT, null=True, blank=True, related_name="projects")
    lead = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Status, default=Status.PLANNED)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    budget_hours = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    tsv = models.GeneratedField(
        expression=search_vector("name", more=("description",)), output_field=SearchVectorField(), db_persist=True
    )

    objects = LivingManager.from_queryset(ProjectQuerySet)()
    with_deleted = TenantManager.from_queryset(ProjectQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "projects"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                "organization", Lower("name"), condition=models.Q(deleted_at=None), name="projects_name",
                violation_error_message="Another project has this name.",
            ),
            models.CheckConstraint(condition=models.Q(status__in=["planned", "active", "done"]), name="projects_status"),
            models.CheckConstraint(
                condition=models.Q(end_date__gte=models.F("start_date")) | models.Q(start_date=None) | models.Q(end_date=None),
                name="projects_dates", violation_error_message="The end is before the start.",
            ),
        ]  # fmt: skip
        indexes = [GinIndex(fields=["organization", "tsv"], name="projects_search")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project_detail", kwargs={"project_id": self.pk})
