from typing import TYPE_CHECKING

from django.db import models

from accounts.plain_text import validate_plain_text
from clients.models import Project
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel
from workspaces.timekeeping.durations import written

if TYPE_CHECKING:
    from organizations.models import Membership

DAY_MINUTES = 24 * 60


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    def visible_to(self, member: "Membership") -> "TimeEntryQuerySet":
        """Of projects the member sees. Whose entries they may change is asked beside it."""
        return self.filter(project__in=Project.objects.visible_to(member))

    def running(self) -> "TimeEntryQuerySet":
        return self.filter(started_at__isnull=False, stopped_at=None)

    def finished(self) -> "TimeEntryQuerySet":
        return self.exclude(started_at__isnull=False, stopped_at=None)


class TimeEntry(TenantModel):
    """Minutes that a member worked on a project on one day; or a timer that runs and will say how many."""

    #: Who worked.
    member = TenantForeignKey("organizations.Membership", models.PROTECT, related_name="time_entries")
    project = TenantForeignKey("clients.Project", models.PROTECT, related_name="time_entries")
    #: The task it was for; empty: the project as a whole.
    task = TenantForeignKey("workspaces.Task", models.SET_NULL, null=True, blank=True, related_name="time_entries")
    #: The day of the work.
    day = models.DateField()
    #: How long; 0 while the timer runs.
    minutes = models.PositiveIntegerField(default=0)
    #: What was done, in the member's words; may be empty.
    note = models.CharField(max_length=500, blank=True, validators=[validate_plain_text])
    #: When its timer was started; empty where the minutes were typed.
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When its timer was stopped; empty while it runs, and where the minutes were typed.
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)

    #: Of a timer that runs: its work may be named; see timekeeping.timer.
    is_seen: bool

    objects = TenantManager.from_queryset(TimeEntryQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "time_entries"
        verbose_name_plural = "time entries"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "member"],
                condition=models.Q(started_at__isnull=False, stopped_at=None),
                name="time_entries_one_timer",
                violation_error_message="Another timer of yours runs.",
            ),
            models.CheckConstraint(condition=models.Q(minutes__lte=DAY_MINUTES), name="time_entries_minutes"),
            models.CheckConstraint(
                condition=models.Q(stopped_at=None) | models.Q(stopped_at__gte=models.F("started_at")),
                name="time_entries_stopped",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "member", "day"], name="time_entries_week"),
            models.Index(fields=["organization", "project", "day"], name="time_entries_project"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.day}"

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and self.stopped_at is None

    @property
    def duration(self) -> str:
        return written(self.minutes)
