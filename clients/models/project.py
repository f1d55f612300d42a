from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from clients.models.client import Client
from clients.models.project_access import VIEW, ProjectGrant, ProjectWall
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel

if TYPE_CHECKING:
    from organizations.models import Membership


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, member: "Membership") -> "ProjectQuerySet":
        """Those of the firm itself, and those of clients the member sees; as far as each is open to them."""
        of_clients = models.Q(client=None) | models.Q(client__in=Client.objects.visible_to(member))
        return self.filter(of_clients, open_to(member, project="pk"))


class Project(AuthoredModel, SoftDeleteModel):
    """A piece of work for the firm, usually for one client. Its pages live in `workspaces`."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        ACTIVE = "active", "In progress"
        DONE = "done", "Done"

    class Access(models.TextChoices):
        OPEN = "open", "Everybody who sees its client"
        NAMED = "named", "Only people named here"

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    #: For whom; empty for the firm's own work.
    client = TenantForeignKey("clients.Client", models.PROTECT, null=True, blank=True, related_name="projects")
    #: Who leads it; may be empty.
    lead = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Status, default=Status.PLANNED)
    #: Whether everybody who sees its client sees it, or who is named in `project_grants`.
    access = models.CharField(
        "who in the firm may see it", max_length=20, choices=Access, default=Access.OPEN, db_default="open"
    )
    #: Its first day; may be empty.
    start_date = models.DateField(null=True, blank=True)
    #: Its last day; may be empty.
    end_date = models.DateField(null=True, blank=True)
    #: Hours planned for it; empty: none planned.
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
            models.CheckConstraint(condition=models.Q(access__in=["open", "named"]), name="projects_access"),
            models.CheckConstraint(
                condition=models.Q(end_date__gte=models.F("start_date")) | models.Q(start_date=None) | models.Q(end_date=None),
                name="projects_dates", violation_error_message="The end is before the start.",
            ),
        ]  # fmt: skip
        indexes = [
            GinIndex(fields=["organization", "tsv"], name="projects_search"),
            # The few that are not open are asked for by every list of tasks, papers and requests.
            models.Index(fields=["organization", "id"], condition=models.Q(access="named"), name="projects_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project_detail", kwargs={"project_id": self.pk})


def closed_to(member: "Membership") -> list[ProjectQuerySet]:
    """Projects behind a wall, and restricted ones on which the member is not named, wherever their client is seen.

    Two queries, not one with an “or”: either begins at the few rows an index holds of it.
    """
    walled = ProjectWall.objects.filter(member=member).values("project")
    behind_walls = Project.with_deleted.filter(pk__in=walled)
    if member.sees_every_client:
        return [behind_walls]
    granted = ProjectGrant.objects.filter(content_object=models.OuterRef("pk"), user=member, permission__codename=VIEW)
    named = Project.with_deleted.filter(access=Project.Access.NAMED)
    return [behind_walls, named.filter(~models.Exists(granted))]


def open_to(member: "Membership", *, project: str) -> models.Q:
    """The condition that the row's project is not closed to the member; who sees its client is asked beside it.

    `project` is the way from the row to its project. A row of no project passes.
    """
    condition = models.Q()
    for closed in closed_to(member):
        condition &= ~models.Q(models.Exists(closed.filter(pk=models.OuterRef(project))))
    return condition
