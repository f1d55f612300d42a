from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Left
from django.urls import reverse

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel
from workspaces.models.binder import Binder

if TYPE_CHECKING:
    from organizations.models import Membership


#: What is written in a body: its prose, and the words of its grid or checklist. A search column holds a million bytes.
WRITTEN = (
    *(KeyTextTransform(name, "body") for name in ("purpose", "work", "conclusion")),
    *(
        Left(Cast(Func("body", Value(path), function="jsonb_path_query_array"), models.TextField()), 150_000)
        for path in ("$.**.text", "$.**.note")
    ),
)


class WorkpaperQuerySet(models.QuerySet["Workpaper"]):
    def visible_to(self, member: "Membership") -> "WorkpaperQuerySet":
        return self.filter(binder__in=Binder.objects.visible_to(member))

    def in_order(self) -> "WorkpaperQuerySet":
        return self.order_by("sort_key", "id")


class Workpaper(AuthoredModel, SoftDeleteModel):
    """One referenced paper of a binder. Everything that cites it does so by id, so its reference may change."""

    class Kind(models.TextChoices):
        LEAD = "lead", "Lead schedule"
        SCHEDULE = "schedule", "Schedule"
        MEMO = "memo", "Memo"
        CHECKLIST = "checklist", "Checklist"
        DOCUMENT = "document", "Document"

    binder = TenantForeignKey("workspaces.Binder", models.CASCADE, related_name="workpapers")
    #: The paper it hangs below, as C-2.1 below C-2; empty: below none.
    parent = TenantForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    #: The letter of the section it stands in.
    section = models.CharField(max_length=3)
    #: Where it stands in the index, such as C-2.
    reference = models.CharField(max_length=30)
    #: The reference as sorting reads it: Z before AA, 2 before 10.
    sort_key = models.CharField(max_length=80, editable=False)
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200, validators=[validate_plain_text])
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SCHEDULE)
    #: What it says, in the form of its kind: grid, text or items.
    body = models.JSONField(default=dict)
    #: Hash of its kind, title, body and document: what a sign-off is of.
    content_hash = models.CharField(max_length=64, editable=False)
    #: Counts saves: a save names the one it started from.
    revision = models.PositiveIntegerField(default=1, editable=False)
    #: The number of the newest row in workpaper_versions.
    version = models.PositiveIntegerField(default=1, editable=False)
    #: The file it shows; empty for other kinds.
    document = TenantForeignKey("clients.Document", models.PROTECT, null=True, blank=True, related_name="workpapers")
    #: What is said about it; empty until somebody writes.
    thread = TenantForeignKey(
        "conversations.Thread", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    #: The paper of the period before that it was made from; empty where it was not.
    carried_from = TenantForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="carried_to"
    )
    #: Whether nothing may be changed any more: the file was closed, or the paper added after that.
    locked = models.BooleanField(default=False, editable=False)
    #: When it was added to a closed file; empty for all others.
    late_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: Why it was added then; empty for all others.
    late_reason = models.CharField(max_length=500, blank=True, editable=False, validators=[validate_plain_text])
    tsv = models.GeneratedField(
        expression=search_vector("reference", "title", more=WRITTEN),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = LivingManager.from_queryset(WorkpaperQuerySet)()
    with_deleted = TenantManager.from_queryset(WorkpaperQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "workpapers"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "binder", "reference"],
                condition=models.Q(deleted_at=None),
                name="workpapers_reference",
                violation_error_message="Another paper of this binder has this reference.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["lead", "schedule", "memo", "checklist", "document"]),
                name="workpapers_kind",
            ),
            models.CheckConstraint(condition=models.Q(section__regex="^[A-Z]{1,3}$"), name="workpapers_section"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="workpapers_not_below_itself"),
            models.CheckConstraint(
                condition=models.Q(late_at=None, late_reason="")
                | (models.Q(late_at__isnull=False, locked=True) & ~models.Q(late_reason="")),
                name="workpapers_late",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "binder", "sort_key", "id"], name="workpapers_order"),
            GinIndex(fields=["organization", "tsv"], name="workpapers_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("workpaper_detail", kwargs={"workpaper_id": self.pk})

    @property
    def has_grid(self) -> bool:
        return self.kind in (self.Kind.LEAD, self.Kind.SCHEDULE)
