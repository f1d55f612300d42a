import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel


def new_portal_key() -> str:
    """Names one contact's portal in its address; says nothing of firm or client."""
    return secrets.token_urlsafe(12).replace("-", "x").replace("_", "y")


class ClientContactQuerySet(models.QuerySet["ClientContact"]):
    def with_portal(self) -> "ClientContactQuerySet":
        return self.filter(portal_access=True)

    def asked_or_coordinating(self, contact_ids: Iterable[UUID]) -> "ClientContactQuerySet":
        """Who sees what is asked of these: they themselves, and whoever coordinates, who sees everything."""
        return self.filter(models.Q(is_coordinator=True) | models.Q(pk__in=list(contact_ids)))


class ClientContact(AuthoredModel, SoftDeleteModel):
    """A person at a client, who may answer through the portal without a password."""

    if TYPE_CHECKING:
        requests: Any

    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="contacts")
    #: The person's name.
    name = models.CharField(max_length=200, validators=[validate_plain_text])
    #: Where mails to the person go.
    email = models.EmailField(max_length=254)
    #: The person's job title; may be empty.
    title = models.CharField("job title", max_length=120, blank=True, validators=[validate_plain_text])
    #: As it was typed; may be empty.
    phone = models.CharField(max_length=40, blank=True, validators=[validate_plain_text])
    #: Whether this is the client's main contact.
    is_primary = models.BooleanField("main contact", default=False)
    #: Whether the person may use the portal.
    portal_access = models.BooleanField("may use the portal", default=True)
    #: Sees all that is asked of the client and shares it out; others see theirs and nobody's.
    is_coordinator = models.BooleanField("coordinates for the client", default=False, db_default=False)
    #: Names the person's portal in its address; says nothing of firm or client.
    portal_key = models.CharField(max_length=24, default=new_portal_key, editable=False)
    #: When a link to the portal was mailed to the person; empty: not yet.
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When the person was last in the portal; empty: never.
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    tsv = models.GeneratedField(
        expression=search_vector("name", more=("email", "title")), output_field=SearchVectorField(), db_persist=True
    )

    objects = LivingManager.from_queryset(ClientContactQuerySet)()
    with_deleted = TenantManager.from_queryset(ClientContactQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "client_contacts"
        constraints = [
            TenantIsolation(name="clients_clientcontact_tenant", lookup=True),
            models.UniqueConstraint(fields=["organization", "portal_key"], name="client_contacts_portal_key"),
            models.UniqueConstraint(
                "organization", "client", Lower("email"), condition=models.Q(deleted_at=None), name="client_contacts_email",
                violation_error_message="This client has a contact with this address.",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("portal_key", name="client_contacts_key"),
            GinIndex(fields=["organization", "tsv"], name="client_contacts_search"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def portal_status(self) -> str:
        """Never invited, invited, or seen: what the client page says of the portal."""
        if not self.portal_access:
            return "no portal"
        return "seen" if self.last_seen_at else "invited" if self.invited_at else "never invited"

    @transaction.atomic
    def remove(self, *, requests_to: "ClientContact | None") -> int:
        """Forget the person; an open portal session ends on its next click.

        Their open requests go to another contact, or to anyone at the client, and it says how many they were: left
        with the one removed, nobody at the client would see them.
        """
        type(self).objects.filter(pk=self.pk).update(deleted_at=timezone.now(), portal_access=False)
        return self.requests.open().update(contact=requests_to, version=models.F("version") + 1)
