from django.db import models
from django.db.models.functions import Now

from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel


class Frequency(models.TextChoices):
    NEVER = "never", "No mail"
    INSTANT = "instant", "At once"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"


class ReadingMark(models.DateTimeField):
    """When a member read what they were told: theirs alone, and no change of anything of the firm's."""

    unaudited = True


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None, in_app=True)


class Notification(TenantModel):
    """Something a member should know: what happened to which thing, by whom, and why they are told.

    It is made in the transaction of what happened. It holds no content: pages and mails read that again, as the member
    who is told.
    """

    #: Who is told.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="notifications")
    #: Code of the event, such as `mentioned`.
    event = models.CharField(max_length=40)
    #: What kind of thing it happened to, such as `task`.
    subject_kind = models.CharField(max_length=30)
    #: The thing itself.
    subject_id = models.UUIDField()
    #: What happened, once: told again, it is not another notification.
    source_id = models.UUIDField()
    #: The comment it tells of; empty where it tells of none.
    comment = TenantForeignKey("conversations.Comment", models.CASCADE, null=True, related_name="+")
    #: The member who did it; empty for a contact.
    actor = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, related_name="+")
    #: The name of whoever did it, as it was then.
    actor_name = models.CharField(max_length=200)
    #: Whether somebody of the firm did it, or of the client.
    actor_side = models.CharField(max_length=10, choices=[("firm", "Firm"), ("client", "Client")])
    #: Code of the reason this member is told, such as `assigned`.
    why = models.CharField(max_length=30)
    #: Whether the inbox shows it.
    in_app = models.BooleanField(default=True)
    #: How soon it is mailed.
    mail = models.CharField(max_length=10, choices=Frequency, default=Frequency.NEVER)
    #: When it happened.
    happened_at = models.DateTimeField(db_default=Now(), editable=False)
    #: When the member read it; empty until then.
    read_at = ReadingMark(null=True)
    #: When it was mailed, alone or in a digest; empty until then.
    mailed_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(NotificationQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "notifications"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "member", "source_id"], name="notifications_once"),
            models.CheckConstraint(
                condition=models.Q(mail__in=["never", "instant", "daily", "weekly"]), name="notifications_mail"
            ),
            models.CheckConstraint(condition=models.Q(actor_side__in=["firm", "client"]), name="notifications_side"),
        ]
        indexes = [
            models.Index("organization", "member", models.F("id").desc(), name="notifications_newest"),
            models.Index(
                fields=["organization", "member", "subject_id"],
                condition=models.Q(read_at=None),
                name="notifications_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.member_id}"
