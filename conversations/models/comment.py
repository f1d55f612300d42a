from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from conversations.models.thread import Thread
from search.words import search_vector
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

LONGEST = 10_000


class CommentQuerySet(models.QuerySet["Comment"]):
    def for_client(self) -> "CommentQuerySet":
        """What a client's contact may read: every query of the portal starts here."""
        return self.filter(audience=Thread.Audience.CLIENT)

    def living(self) -> "CommentQuerySet":
        return self.filter(deleted_at=None)


class Comment(TenantModel):
    """One remark. Written by a member, or by a client's contact, whom this layer knows by id and name only."""

    if TYPE_CHECKING:
        attachments: Any
        thread_id: Any

    thread = TenantForeignKey("conversations.Thread", models.CASCADE, related_name="comments")
    #: As of its thread: who may read it.
    audience = models.CharField(max_length=20, choices=Thread.Audience, editable=False)
    #: The first comment of its branch; empty for that one itself.
    root = TenantForeignKey("self", models.CASCADE, null=True, editable=False, related_name="descendants")
    #: The comment it answers; empty where it answers none.
    parent = TenantForeignKey("self", models.CASCADE, null=True, editable=False, related_name="replies")
    #: Who wrote it, if somebody of the firm.
    member = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, editable=False, related_name="+")
    #: Who wrote it, if a client's contact.
    contact_id = models.UUIDField(null=True, editable=False)
    #: The writer's name as it was then.
    author_name = models.CharField(max_length=200, editable=False)
    #: What was written, as it was typed.
    body = models.TextField(max_length=LONGEST)
    edited_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    #: Made with the empty form: the second press of a button finds that its comment is there.
    submission = models.UUIDField(editable=False)
    tsv = models.GeneratedField(expression=search_vector("body"), output_field=SearchVectorField(), db_persist=True)

    objects = TenantManager.from_queryset(CommentQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "comments"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "submission"], name="comments_submission"),
            models.UniqueConstraint(fields=["organization", "id", "thread"], name="comments_with_thread"),
            models.CheckConstraint(condition=models.Q(audience__in=["internal", "client"]), name="comments_audience"),
            models.CheckConstraint(
                condition=models.Q(member=None, contact_id__isnull=False)
                | models.Q(member__isnull=False, contact_id=None),
                name="comments_one_author",
            ),
            models.CheckConstraint(
                condition=models.Q(contact_id=None) | models.Q(audience="client"), name="comments_contact_audience"
            ),
            models.CheckConstraint(
                condition=models.Q(root=None, parent=None) | models.Q(root__isnull=False, parent__isnull=False),
                name="comments_root_of_reply",
            ),
            models.CheckConstraint(condition=models.Q(deleted_at=None) | models.Q(body=""), name="comments_tombstone"),
        ]
        indexes = [
            models.Index(fields=["organization", "thread", "audience", "id"], name="comments_order"),
            models.Index(fields=["organization", "parent", "thread"], name="comments_replies"),
            GinIndex(fields=["organization", "tsv"], name="comments_search"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk}"

    @property
    def is_internal(self) -> bool:
        return self.audience == Thread.Audience.INTERNAL

    @property
    def side(self) -> str:
        return "firm" if self.member_id else "client"


class CommentVersion(TenantModel):
    """What a comment said before it was edited. Never changed."""

    comment = TenantForeignKey("conversations.Comment", models.CASCADE, related_name="versions")
    #: The words before the edit.
    body = models.TextField(max_length=LONGEST)
    updated_at = None  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        db_table = "comment_versions"
        constraints = [TenantIsolation(name="comment_version_tenant", append_only=True)]

    def __str__(self) -> str:
        return f"Earlier words of {self.comment_id}"


class CommentAttachment(TenantModel):
    """A file sent with a comment. The subject's app keeps the file and says who may open it."""

    comment = TenantForeignKey("conversations.Comment", models.CASCADE, related_name="attachments")
    #: The document that the subject's app keeps.
    document_id = models.UUIDField(editable=False)
    #: The file's name.
    name = models.CharField(max_length=255)

    class Meta(TenantModel.Meta):
        db_table = "comment_attachments"

    def __str__(self) -> str:
        return self.name


class Mention(TenantModel):
    """A member named in a comment, who may see what it is about."""

    comment = TenantForeignKey("conversations.Comment", models.CASCADE, related_name="mentions")
    #: Who is named.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "mentions"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "comment", "member"], name="mentions_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.comment_id}"
