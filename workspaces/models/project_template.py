from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import SoftDeleteModel, TenantModel
from workspaces.models.task import Task
from workspaces.timekeeping.durations import written


class ProjectTemplate(AuthoredModel, SoftDeleteModel):
    """The tasks that a kind of project begins with."""

    name = models.CharField(max_length=120, validators=[validate_plain_text])
    description = models.TextField(blank=True, max_length=2000)

    class Meta(SoftDeleteModel.Meta):
        db_table = "project_templates"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                "organization", Lower("name"), condition=models.Q(deleted_at=None), name="project_templates_name",
                violation_error_message="Another template has this name.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project_template_detail", kwargs={"project_template_id": self.pk})


class ProjectTemplateTask(TenantModel):
    """One task of a template. `due_days` counts from the project's start."""

    template = TenantForeignKey("workspaces.ProjectTemplate", models.CASCADE, related_name="tasks")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=300, validators=[validate_plain_text])
    description = models.TextField(blank=True, max_length=10_000)
    #: One a line; the tasks made from it begin with them.
    steps = models.TextField(blank=True, max_length=10_000, default="", db_default="")
    #: Days after the project's start; empty: no due date.
    due_days = models.PositiveSmallIntegerField("due after", null=True, blank=True)
    priority = models.CharField(max_length=20, choices=Task.Priority, default=Task.Priority.MEDIUM)
    #: How long it should take, in minutes; empty: not estimated.
    estimate_minutes = models.PositiveIntegerField("estimate", null=True, blank=True)
    #: The task of the template that has to be done before; empty: none.
    waits_for = TenantForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="holds_up")

    class Meta(TenantModel.Meta):
        db_table = "project_template_tasks"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(priority__in=["low", "medium", "high", "urgent"]),
                name="project_template_tasks_priority",
            ),
            models.CheckConstraint(condition=models.Q(due_days__lte=1000), name="project_template_tasks_due"),
            models.CheckConstraint(
                condition=~models.Q(waits_for=models.F("id")), name="project_template_tasks_not_itself"
            ),
        ]
        indexes = [models.Index(fields=["organization", "template", "position"], name="project_template_tasks_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def step_count(self) -> int:
        return len(self.steps.splitlines())

    @property
    def estimate(self) -> str:
        return written(self.estimate_minutes)


class ProjectSeries(AuthoredModel, TenantModel):
    """A project that comes again. `next_project` is the one made after it: there is never a second."""

    class Every(models.TextChoices):
        MONTH = "month", "Every month"
        QUARTER = "quarter", "Every quarter"
        YEAR = "year", "Every year"

    #: The project that comes again.
    project = TenantForeignKey("clients.Project", models.CASCADE, related_name="series")
    #: How often it does.
    every = models.CharField("repeats", max_length=10, choices=Every)
    #: What the next one's tasks are made from; empty: the tasks of this project.
    template = TenantForeignKey(
        "workspaces.ProjectTemplate", models.SET_NULL, null=True, blank=True, related_name="series"
    )
    #: The one made after it; empty until then.
    next_project = TenantForeignKey(
        "clients.Project", models.SET_NULL, null=True, blank=True, editable=False, related_name="series_before"
    )

    class Meta(TenantModel.Meta):
        db_table = "project_series"
        verbose_name_plural = "project series"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "project"], name="project_series_project"),
            models.UniqueConstraint(fields=["organization", "next_project"], name="project_series_next"),
            models.CheckConstraint(
                condition=models.Q(every__in=["month", "quarter", "year"]), name="project_series_every"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} every {self.every}"
