from django.db import models

from conversations.models.notification import Frequency
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class NotificationPreference(TenantModel):
    """How a member wants to be told of one kind of event in this firm. Without a row, as the event's default says."""

    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="+")
    #: Code of the event, such as `mentioned`.
    event = models.CharField(max_length=40)
    #: Whether it is shown in the inbox.
    in_app = models.BooleanField(default=True)
    #: How soon it is mailed.
    mail = models.CharField(max_length=10, choices=Frequency, default=Frequency.INSTANT)

    class Meta(TenantModel.Meta):
        db_table = "notification_preferences"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "member", "event"], name="notification_preferences_event"),
            models.CheckConstraint(
                condition=models.Q(mail__in=["never", "instant", "daily", "weekly"]), name="notification_preferences_mail"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event} for {self.member_id}"


class NotificationMute(TenantModel):
    """A member's word that one thing, or everything of one project, is not to disturb them: mentions alone get through."""

    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="+")
    #: What kind of thing is muted, such as `project`.
    scope = models.CharField(max_length=30)
    #: The thing itself.
    scope_id = models.UUIDField()
    #: What it was called then, for the list of mutes.
    label = models.CharField(max_length=300)

    class Meta(TenantModel.Meta):
        db_table = "notification_mutes"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "member", "scope", "scope_id"], name="notification_mutes_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_id} for {self.member_id}"


class NotificationPace(TenantModel):
    """How a member wants to be told of everything of one project, whatever the events themselves say: how often by mail,
    and whether in the app (None: as the events say)."""

    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="+")
    #: What kind of thing it holds for, such as `project`.
    scope = models.CharField(max_length=30)
    #: The thing itself.
    scope_id = models.UUIDField()
    #: What it was called then, for the list of paces.
    label = models.CharField(max_length=300)
    #: How soon everything of it is mailed.
    mail = models.CharField(max_length=10, choices=Frequency)
    #: Whether it is shown in the inbox; empty: as each event's own choice says.
    in_app = models.BooleanField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "notification_paces"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "member", "scope", "scope_id"], name="notification_paces_once"
            ),
            models.CheckConstraint(
                condition=models.Q(mail__in=["never", "instant", "daily", "weekly"]), name="notification_paces_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_id} {self.mail} for {self.member_id}"


class NotificationDigest(TenantModel):
    """One digest of one member: whoever makes the row queues its mail, so that there is one and never two."""

    class Period(models.TextChoices):
        DAILY = "daily", "Daily"
        WEEKLY = "weekly", "Weekly"

    #: Whose digest it is.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="+")
    period = models.CharField(max_length=10, choices=Period)
    day = models.DateField(help_text="In the member's own zone.")
    #: When its mail went out; empty until then.
    sent_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "notification_digests"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "member", "period", "day"], name="notification_digests_one"),
            models.CheckConstraint(condition=models.Q(period__in=["daily", "weekly"]), name="notification_digests_period"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.period} digest of {self.day} for {self.member_id}"
