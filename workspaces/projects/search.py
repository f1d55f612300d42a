"""Finding projects: words, filters and order, as the list page asks. What the address says wrongly filters nothing."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict

from clients.models import Project
from organizations.models import Membership
from workspaces.models import ProjectMember, Task

ORDERS = {
    "name": ("name_key", "id"), "-name": ("-name_key", "-id"), "end": ("end_key", "id"), "-end": ("-end_key", "-id"),
    "-newest": ("-created_at", "-id"), "newest": ("created_at", "id"),
}  # fmt: skip


@dataclass(frozen=True)
class ProjectFilter:
    words: str = ""
    status: str = ""
    lead: str = ""
    client: str = ""
    late: bool = False
    mine: bool = False
    order: str = "name"

    @classmethod
    def read(cls, params: QueryDict) -> "ProjectFilter":
        status, order, lead = (params.get(name, "") for name in ("status", "o", "lead"))
        return cls(
            words=params.get("q", "").replace("\0", "").strip()[:100],
            status=status if status in [*Project.Status.values, "all"] else "",
            lead=lead if lead in ("me", "nobody") else id_or_empty(lead),
            client=id_or_empty(params.get("client", "")),
            late="late" in params,
            mine="mine" in params,
            order=order if order in ORDERS else "name",
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.status or self.lead or self.client or self.late or self.mine)

    def apply(self, projects: "QuerySet[Project]", member: Membership, today: date) -> "QuerySet[Project]":
        if self.status != "all":
            is_wanted = Q(status=self.status) if self.status else ~Q(status=Project.Status.DONE)
            projects = projects.filter(is_wanted)
        if self.lead:
            projects = projects.filter(lead={"me": member.pk, "nobody": None}.get(self.lead, self.lead))
        if self.client:
            projects = projects.filter(client=self.client)
        if self.mine:
            projects = projects.filter(working_on(member))
        if self.late:
            late = Task.objects.overdue(today).filter(project=OuterRef("pk"))
            projects = projects.filter(Exists(late) | Q(end_date__lt=today) & ~Q(status=Project.Status.DONE))
        for word in self.words.split()[:6]:
            projects = projects.filter(Q(name__icontains=word) | Q(client__name__icontains=word))
        return projects


def working_on(member: Membership) -> Q:
    """Projects the member leads, is on the team of, or has a task in."""
    team = ProjectMember.objects.filter(project=OuterRef("pk"), member=member)
    tasks = Task.objects.filter(project=OuterRef("pk"), assigned_to=member)
    return Q(lead=member) | Exists(team) | Exists(tasks)


def sortable(projects: "QuerySet[Project]") -> "QuerySet[Project]":
    """What has no end comes last."""
    return projects.annotate(
        name_key=Lower("name"), end_key=Coalesce("end_date", Value(date.max), output_field=DateField())
    )


def id_or_empty(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
