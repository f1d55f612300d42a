from datetime import timedelta

from django.db import models
from django.utils import timezone

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel
from workspaces.models.scoping_session import DocumentField


class SessionDraft(AuthoredModel, TenantModel):
    """What was suggested for a session from its notes. Nothing of it is in the session until somebody takes it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Being drafted"
        READY = "ready", "Ready"
        FAILED = "failed", "Not drafted"

    #: Then whoever waits may ask again: the job has died.
    GIVEN_UP_AFTER = timedelta(minutes=5)

    session = TenantForeignKey("workspaces.ScopingSession", models.CASCADE, related_name="drafts")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    drafter = models.CharField(max_length=200, help_text="Who drafted it, in the words of the page.")
    #: What the session said then: a suggestion is never put over words written since.
    version = models.PositiveIntegerField()
    #: The suggestions: place, words before, words suggested, the sentence they come from.
    pieces = DocumentField(default=list)
    #: Ids of the pieces that are in the session now.
    taken = models.JSONField(default=list)
    #: Why nothing was drafted; empty where something was.
    problem = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "session_drafts"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "ready", "failed"]), name="session_drafts_state"
            ),
            models.UniqueConstraint(
                fields=["organization", "session"],
                condition=models.Q(state="waiting"),
                name="session_drafts_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["organization", "session", "-created_at"], name="session_drafts_newest")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.drafter}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING and not self.is_given_up

    @property
    def is_given_up(self) -> bool:
        waits = timezone.now() - self.created_at
        return self.state == self.State.WAITING and waits > self.GIVEN_UP_AFTER
