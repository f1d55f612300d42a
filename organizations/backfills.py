"""Values of new columns for rows that were there before them: `manage.py backfill NAME`."""

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from organizations.models import Invitation, Membership
from schema_changes.backfill import Backfill, register


@register
class JoinedAs(Backfill):
    """By which address members came used not to be kept: that of their invitation, or the one the firm knows today.

    Who has left comes back by an address of that day, and of a deleted person none is kept.
    """

    name = "organization_memberships_joined_as"
    model = Membership

    def rows(self) -> QuerySet:
        return Membership.objects.filter(joined_as="")

    def fill(self, batch: QuerySet) -> None:
        accepted = Invitation.objects.filter(accepted_by=OuterRef("pk")).order_by("-accepted_at")
        batch.update(joined_as=Coalesce(Subquery(accepted.values("email")[:1]), F("email")))
