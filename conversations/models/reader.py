from django.db import models

from conversations.models.comment import LONGEST
from conversations.models.thread import Thread
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ThreadReader(TenantModel):
    """How far one person has read a thread, and what they have typed there and not sent."""

    thread = TenantForeignKey("conversations.Thread", models.CASCADE, related_name="readers")
    #: Who reads, if somebody of the firm.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, null=True, related_name="+")
    #: Who reads, if a client's contact.
    contact_id = models.UUIDField(null=True, editable=False)
    #: What was written up to then is read; empty: nothing is.
    read_until = models.DateTimeField(null=True)
    #: Typed and not sent; empty once it is.
    draft = models.TextField(max_length=LONGEST, blank=True, default="", db_default="")
    #: For whom the draft was meant.
    draft_audience = models.CharField(max_length=20, choices=Thread.Audience, default="", db_default="", blank=True)

    class Meta(TenantModel.Meta):
        db_table = "thread_readers"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "thread", "member"], condition=models.Q(contact_id=None), name="thread_readers_member"
            ),
            models.UniqueConstraint(
                fields=["organization", "thread", "contact_id"], condition=models.Q(member=None), name="thread_readers_contact"
            ),
            models.CheckConstraint(
                condition=models.Q(member=None, contact_id__isnull=False)
                | models.Q(member__isnull=False, contact_id=None),
                name="thread_readers_one_person",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.member_id or self.contact_id} in {self.thread_id}"
