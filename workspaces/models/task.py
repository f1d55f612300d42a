from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse

from accounts.plain_text import validate_plain_text
from clients.models import Project
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel, TenantModel

if TYPE_CHECKING:
    from organizations.models import Membership


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, member: "Membership") -> "TaskQuerySet":
        return self.filter(project__in=Project.objects.visible_to(member))

    def open(self) -> "TaskQuerySet":
        return self.exclude(status=Task.Status.DONE)

    def overdue(self, today: date) -> "TaskQuerySet":
        return self.open().filter(due_date__lt=today)

    def with_blocked(self) -> "TaskQuerySet":
        """`is_blocked`: whether an unfinished task stands before it. Derived, never stored."""
        waits = TaskDependency.objects.filter(task=models.OuterRef("pk"), blocker__deleted_at=None)
        return self.annotate(is_blocked=models.Exists(waits.exclude(blocker__status=Task.Status.DONE)))


class Task(AuthoredModel, SoftDeleteModel):
    """One thing to do in a project. *Blocked*, *in review* and *overdue* are derived."""

    class Status(models.TextChoices):
        TODO = "todo", "To do"
        IN_PROGRESS = "in_progress", "In progress"
        DONE = "done", "Done"

    class Priority(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        URGENT = "urgent", "Urgent"

    class Recurrence(models.TextChoices):
        NONE = "", "Once"
        WEEKLY = "weekly", "Every week"
        MONTHLY = "monthly", "Every month"
        QUARTERLY = "quarterly", "Every quarter"
        YEARLY = "yearly", "Every year"

    project = TenantForeignKey("clients.Project", models.CASCADE, related_name="tasks")
    #: Given in order within the project and never again; people say “T-12”.
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(max_length=300, validators=[validate_plain_text])
    description = models.TextField(blank=True, max_length=10_000)
    status = models.CharField(max_length=20, choices=Status, default=Status.TODO)
    priority = models.CharField(max_length=20, choices=Priority, default=Priority.MEDIUM)
    #: The member who is to do it; empty: nobody yet.
    assigned_to = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, related_name="assigned_tasks"
    )
    #: The last day for it; may be empty.
    due_date = models.DateField(null=True, blank=True)
    #: Its place in the project; with gaps, so that a move changes one row.
    position = models.BigIntegerField(editable=False)
    #: How long it should take, in minutes; empty: not estimated.
    estimate_minutes = models.PositiveIntegerField("estimate", null=True, blank=True)
    #: How often it comes again; empty: once.
    recurrence = models.CharField("repeats", max_length=20, choices=Recurrence, blank=True, default="")
    #: The day of the month a repeating task is meant for: the 31st stays the 31st after a February.
    recurrence_day = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    #: The task before it in a row of repeating ones; empty for the first.
    recurs_from = TenantForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="recurred_to"
    )
    #: The paper it is about; may be empty.
    workpaper = TenantForeignKey("workspaces.Workpaper", models.SET_NULL, null=True, blank=True, related_name="tasks")
    #: What is said about it; empty until somebody writes.
    thread = TenantForeignKey(
        "conversations.Thread", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    #: Counts changes: a move or a change of many says which one it saw.
    version = models.PositiveIntegerField(default=1, editable=False)
    tsv = models.GeneratedField(
        expression=search_vector("title", more=("description",)), output_field=SearchVectorField(), db_persist=True
    )

    objects = LivingManager.from_queryset(TaskQuerySet)()
    with_deleted = TenantManager.from_queryset(TaskQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "tasks"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "project", "number"], name="tasks_number"),
            models.UniqueConstraint(fields=["organization", "recurs_from"], name="tasks_recurs_once"),
            models.CheckConstraint(condition=models.Q(status__in=["todo", "in_progress", "done"]), name="tasks_status"),
            models.CheckConstraint(
                condition=models.Q(priority__in=["low", "medium", "high", "urgent"]), name="tasks_priority"
            ),
            models.CheckConstraint(
                condition=models.Q(recurrence__in=["", "weekly", "monthly", "quarterly", "yearly"]),
                name="tasks_recurrence",
            ),
            models.CheckConstraint(
                condition=models.Q(recurrence="") | models.Q(due_date__isnull=False),
                name="tasks_recurrence_due",
                violation_error_message="What repeats needs a due date.",
            ),
            models.CheckConstraint(
                condition=models.Q(recurrence_day=None) | models.Q(recurrence_day__range=(1, 31)),
                name="tasks_recurrence_day",
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", done_at__isnull=False)
                | (~models.Q(status="done") & models.Q(done_at=None)),
                name="tasks_done_at",
            ),
            models.CheckConstraint(condition=~models.Q(recurs_from=models.F("id")), name="tasks_not_from_itself"),
        ]
        indexes = [
            models.Index(fields=["organization", "project", "position", "id"], name="tasks_order"),
            models.Index(fields=["organization", "assigned_to", "status", "due_date"], name="tasks_mine"),
            models.Index(fields=["organization", "status", "due_date"], name="tasks_due"),
            GinIndex(fields=["organization", "tsv"], name="tasks_search"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("task_detail", kwargs={"task_id": self.pk})

    @property
    def reference(self) -> str:
        return f"T-{self.number}"

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    def is_overdue(self, today: date) -> bool:
        return not self.is_done and self.due_date is not None and self.due_date < today


class TaskDependency(TenantModel):
    """One task waits for another of its project. That nothing waits for itself in the end is held by `tasks.blocking`."""

    #: The task that waits.
    task = TenantForeignKey("workspaces.Task", models.CASCADE, related_name="waits")
    #: The task it waits for.
    blocker = TenantForeignKey("workspaces.Task", models.CASCADE, related_name="holds_up")

    class Meta(TenantModel.Meta):
        db_table = "task_dependencies"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "task", "blocker"], name="task_dependencies_one"),
            models.CheckConstraint(condition=~models.Q(task=models.F("blocker")), name="task_dependencies_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} waits for {self.blocker_id}"
