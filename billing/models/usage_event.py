"""What firms use that is counted: events that are only ever added, and the keys that keep each from counting twice."""

from django.db import models

from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class UsageEvent(TenantModel):
    """One metered act. Recorded by `billing.usage.record()`; never changed, so that what was billed can be added up again."""

    event_type = models.CharField(max_length=40, help_text="What was done: ai_call, pdf_export, session_create, …")
    event_data = models.JSONField(
        default=dict, help_text="What explains the event to a person; no content of a client."
    )
    #: What it cost the firm in credits; 0 for what is only counted.
    credits_consumed = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    member = TenantForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="Whose act it was; empty for a job's.",
    )  # fmt: skip
    session_uuid = models.UUIDField(null=True, help_text="The scoping session it was for, where there is one.")
    updated_at = None  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        db_table = "usage_events"
        constraints = [
            TenantIsolation(name="usage_event_tenant", append_only=True, operator="read"),
            models.CheckConstraint(condition=models.Q(credits_consumed__gte=0), name="usage_events_credits"),
        ]
        indexes = [
            models.Index("organization", models.F("created_at").desc(), models.F("id").desc(), name="usage_newest"),
            models.Index(fields=["organization", "event_type", "created_at"], name="usage_by_type"),
            models.Index(fields=["organization", "member", "created_at"], name="usage_by_member"),
            models.Index(fields=["organization", "session_uuid"], name="usage_by_session"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.credits_consumed}"


class UsageEventKey(TenantModel):
    """Which acts have been counted. Apart from the events: a key over all months cannot live in a table of months.

    Has the event's own id and time, so that one leads to the other.
    """

    key = models.CharField(max_length=200, help_text="Names the act, whoever tries to record it, however often.")
    updated_at = None  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        db_table = "usage_event_keys"
        constraints = [
            TenantIsolation(name="usage_event_key_tenant", append_only=True),
            models.UniqueConstraint(fields=["organization", "key"], name="usage_event_keys_once"),
        ]

    def __str__(self) -> str:
        return self.key
