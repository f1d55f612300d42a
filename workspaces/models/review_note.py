from django.db import models

from accounts.plain_text import validate_plain_text
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel


class ReviewNoteQuerySet(models.QuerySet["ReviewNote"]):
    def raised(self) -> "ReviewNoteQuerySet":
        """The notes themselves, without the replies to them."""
        return self.filter(parent=None)

    def open(self) -> "ReviewNoteQuerySet":
        return self.raised().filter(cleared_at=None)


class NoteText(models.TextField):
    """Hidden in the audit trail: the words of a note that a firm's policy removes must not go on there."""

    sensitive = True


class ReviewNote(TenantModel):
    """What a reviewer wants answered, on one line of a paper or on the whole; and each reply to it."""

    workpaper = TenantForeignKey("workspaces.Workpaper", models.CASCADE, related_name="review_notes")
    #: The note it answers; empty for a note itself.
    parent = TenantForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    #: The row of the grid, or the item of the checklist; empty for the whole paper.
    anchor = models.CharField(max_length=80, blank=True)
    #: What was written; empty once it is purged.
    text = NoteText(max_length=4000, blank=True, validators=[validate_plain_text])
    #: The member who wrote it.
    raised_by = TenantForeignKey("organizations.Membership", models.PROTECT, related_name="+")
    #: When the note was settled; empty while it is open, and for replies.
    cleared_at = models.DateTimeField(null=True, blank=True)
    #: The member who settled it; empty while it is open.
    cleared_by = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    #: When its words were removed, as the binder's policy says; empty while they are here.
    purged_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(ReviewNoteQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "review_notes"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(cleared_at=None, cleared_by=None)
                | models.Q(cleared_at__isnull=False, cleared_by__isnull=False),
                name="review_notes_cleared",
            ),
            models.CheckConstraint(
                condition=models.Q(purged_at=None) & ~models.Q(text="") | models.Q(purged_at__isnull=False, text=""),
                name="review_notes_purged",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | models.Q(cleared_at=None), name="review_notes_reply"
            ),
        ]
        indexes = [models.Index(fields=["organization", "workpaper", "created_at"], name="review_notes_order")]

    def __str__(self) -> str:
        return self.text[:60]
