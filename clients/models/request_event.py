from collections.abc import Callable
from typing import Any

from django.db import models

from clients.models.request_status import Status
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel

#: Told of every step in its own transaction: `(request, event)`.
on_step: list[Callable[[Any, "RequestEvent"], None]] = []


class RequestEvent(TenantModel):
    """One step in a request's life: who, when, from which state to which, and why. Never changed."""

    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, related_name="events")
    #: Where it stood before; empty where it began.
    from_status = models.CharField(max_length=20, choices=Status, blank=True)
    #: Where it stands since.
    to_status = models.CharField(max_length=20, choices=Status)
    #: Why, where a reason is given, as when an answer is returned.
    reason = models.TextField(blank=True, max_length=2000)
    #: Who did it, if somebody of the firm.
    member = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+")
    #: Who did it, if a client's contact.
    contact = TenantForeignKey("clients.ClientContact", models.PROTECT, null=True, related_name="+")
    updated_at = None  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        db_table = "request_events"
        constraints = [
            TenantIsolation(name="request_event_tenant", append_only=True),
            models.CheckConstraint(
                condition=models.Q(member=None, contact__isnull=False) | models.Q(member__isnull=False, contact=None),
                name="request_events_one_actor",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "request", "created_at"], name="request_events_order"),
            models.Index("organization", models.F("created_at").desc(), name="request_events_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.from_status or 'new'} → {self.to_status}"

    @property
    def actor_name(self) -> str:
        return str(self.member or self.contact)

    @property
    def verb(self) -> str:
        """What the actor did, in the past: for feeds. Who passes a request on to a colleague leaves its state alone."""
        if self.from_status == self.to_status:
            return "passed on"
        if self.to_status in (Status.PENDING, Status.DRAFT) and self.from_status in (Status.ACCEPTED, Status.WAIVED):
            return "reopened"
        if self.to_status == Status.PENDING:
            return "published"
        if self.to_status == Status.SUBMITTED and self.member_id:
            return "received"
        return {"submitted": "answered", "draft": "drafted"}.get(self.to_status, self.to_status)
