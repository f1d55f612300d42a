from django.db import models

from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class ClientEvent(TenantModel):
    """Something that happened to a client itself, for its timeline: who, when, what. Never changed.

    What happened to its requests and documents is told by their own rows.
    """

    class Verb(models.TextChoices):
        ADDED = "added", "added the client"
        IMPORTED = "imported", "imported the client from"
        CHANGED = "changed", "changed"
        ARCHIVED = "archived", "archived the client"
        REACTIVATED = "reactivated", "brought the client back"
        DELETED = "deleted", "put the client into the trash"
        RESTORED = "restored", "took the client out of the trash"
        MERGED = "merged", "merged into it"
        CONTACT_ADDED = "contact_added", "added the contact"
        CONTACT_CHANGED = "contact_changed", "changed the contact"
        CONTACT_REMOVED = "contact_removed", "removed the contact"
        TEAM = "team", "changed the team:"
        ACCESS = "access", "changed who sees the client:"
        WALL_UP = "wall_up", "put up a wall before"
        WALL_DOWN = "wall_down", "took down the wall before"
        RELATED = "related", "noted the relation:"
        UNRELATED = "unrelated", "removed the relation to"
        REVEALED = "revealed", "looked at the tax number"

    #: Told to those alone who may put up walls, or who answer for sensitive fields.
    DISCREET = ("wall_up", "wall_down", "revealed")

    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="events")
    #: What was done.
    verb = models.CharField(max_length=20, choices=Verb)
    #: To what, in words: the fields, the contact, the file; may be empty.
    what = models.CharField(max_length=300, blank=True)
    #: Who did it; empty where no member did.
    member = TenantForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+")
    updated_at = None  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        db_table = "client_events"
        constraints = [
            TenantIsolation(name="client_event_tenant", append_only=True),
        ]
        indexes = [models.Index("organization", "client", models.F("id").desc(), name="client_events_newest")]

    def __str__(self) -> str:
        return f"{self.verb} {self.what}"
