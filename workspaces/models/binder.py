from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse

from accounts.plain_text import validate_plain_text
from clients.models import Project
from look.dates import written
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel
from workspaces.periods import years_after

if TYPE_CHECKING:
    from organizations.models import Membership

#: The index most firms start from; every binder keeps its own, which the firm may change.
DEFAULT_INDEX = [
    {"letter": letter, "title": title}
    for letter, title in [
        ("A", "Planning and materiality"), ("B", "Cash and bank"), ("C", "Receivables"), ("D", "Inventory"),
        ("E", "Fixed assets"), ("F", "Payables"), ("G", "Borrowings"), ("H", "Equity"), ("R", "Revenue"),
        ("S", "Costs and payroll"), ("T", "Tax"), ("Z", "Completion"), ("AA", "Financial statements"),
    ]
]  # fmt: skip


def default_index() -> list[dict[str, str]]:
    return [dict(section) for section in DEFAULT_INDEX]


class BinderQuerySet(models.QuerySet["Binder"]):
    def visible_to(self, member: "Membership") -> "BinderQuerySet":
        return self.filter(project__in=Project.objects.visible_to(member))

    def open(self) -> "BinderQuerySet":
        return self.filter(locked_at=None)


class Binder(AuthoredModel, SoftDeleteModel):
    """The file of one project for one period: its workpapers, their index, and when it was closed."""

    class NotesPolicy(models.TextChoices):
        KEEP = "keep", "Keep cleared notes in the file"
        PURGE = "purge", "Remove the words of cleared notes, keep a record of each"

    #: Days from the report to the assembled file: ISA 230 says about 60, PCAOB AS 1215 45 and, from 2026, 14.
    DEADLINES = ((60, "60 days (ISA 230)"), (45, "45 days (AS 1215)"), (14, "14 days (AS 1215, revised)"))

    project = TenantForeignKey("clients.Project", models.PROTECT, related_name="binders")
    #: The first day of the period; empty: a year before its end.
    period_start = models.DateField(null=True, blank=True)
    #: The last day of the period.
    period_end = models.DateField("period end")
    currency = models.CharField(max_length=3, default="GBP")
    #: Its sections in order, each with `letter` and `title`.
    index_scheme = models.JSONField(default=default_index)
    #: The day of the report, from which the days to assemble the file count; empty until it is known.
    report_released_on = models.DateField("report released on", null=True, blank=True)
    #: How many days after the report the file has to be closed.
    assembly_days = models.PositiveSmallIntegerField("assembled within", choices=DEADLINES, default=60)
    #: Years it is kept after the report.
    retention_years = models.PositiveSmallIntegerField("kept for, in years", default=7)
    #: What becomes of cleared review notes when the file is closed.
    notes_policy = models.CharField("review notes", max_length=10, choices=NotesPolicy, default=NotesPolicy.KEEP)
    #: Whether a partner has to sign every paper.
    needs_partner = models.BooleanField("a partner signs every paper", default=True)
    #: When the file was closed; empty while it is open.
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: The member who closed it; empty while it is open.
    locked_by = TenantForeignKey(
        "organizations.Membership", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    #: The day until which it must be kept, set when it is closed.
    retained_until = models.DateField(null=True, blank=True, editable=False)
    #: What the firm's marks meant when the file was closed: its papers go on saying that.
    legend = models.JSONField(null=True, blank=True, editable=False)
    #: Since when a legal hold forbids to remove the file or a paper of it; empty: none does.
    legal_hold_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: The member who said so; empty without a hold.
    legal_hold_by = TenantForeignKey(
        "organizations.Membership", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    #: Why; empty without a hold.
    legal_hold_reason = models.CharField(max_length=500, blank=True, editable=False, validators=[validate_plain_text])
    #: The binder of the period before that it was made from; empty where it was not.
    rolled_from = TenantForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="rolled_to"
    )

    objects = LivingManager.from_queryset(BinderQuerySet)()
    with_deleted = TenantManager.from_queryset(BinderQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "binders"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "project", "period_end"],
                condition=models.Q(deleted_at=None),
                name="binders_period",
                violation_error_message="This project has a binder for this period.",
            ),
            models.CheckConstraint(
                condition=models.Q(period_start=None) | models.Q(period_start__lte=models.F("period_end")),
                name="binders_period_order",
                violation_error_message="The period ends before it starts.",
            ),
            models.UniqueConstraint(
                fields=["organization", "rolled_from"],
                condition=models.Q(deleted_at=None, rolled_from__isnull=False),
                name="binders_rolled_once",
                violation_error_message="This binder was rolled forward already.",
            ),
            models.CheckConstraint(condition=models.Q(assembly_days__in=[60, 45, 14]), name="binders_assembly_days"),
            models.CheckConstraint(condition=models.Q(retention_years__range=(1, 30)), name="binders_retention"),
            models.CheckConstraint(condition=models.Q(notes_policy__in=["keep", "purge"]), name="binders_notes_policy"),
            models.CheckConstraint(
                condition=models.Q(locked_at=None, locked_by=None, retained_until=None)
                | models.Q(
                    locked_at__isnull=False,
                    locked_by__isnull=False,
                    retained_until__isnull=False,
                    report_released_on__isnull=False,
                ),
                name="binders_locked",
            ),
            models.CheckConstraint(
                condition=models.Q(legal_hold_at=None, legal_hold_by=None, legal_hold_reason="")
                | (
                    models.Q(legal_hold_at__isnull=False, legal_hold_by__isnull=False) & ~models.Q(legal_hold_reason="")
                ),
                name="binders_legal_hold",
            ),
        ]
        indexes = [
            models.Index("organization", models.F("period_end").desc(), models.F("id").desc(), name="binders_newest"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.project.name}, {written(self.period_end, 'date')}"

    def get_absolute_url(self) -> str:
        return reverse("binder_detail", kwargs={"binder_id": self.pk})

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def is_on_hold(self) -> bool:
        return self.legal_hold_at is not None

    @property
    def first_day(self) -> date:
        """The first day of the period; where none is set, a year before its end."""
        return self.period_start or years_after(self.period_end, -1) + timedelta(days=1)

    @property
    def assembly_deadline(self) -> date | None:
        """The last day on which the file may still be put together; none before the report is released."""
        return self.report_released_on and self.report_released_on + timedelta(days=self.assembly_days)

    @property
    def section_titles(self) -> dict[str, str]:
        """Letter → title, in the order of the index."""
        sections: list[dict[str, Any]] = self.index_scheme
        return {section["letter"]: section["title"] for section in sections}
