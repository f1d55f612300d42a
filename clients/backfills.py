"""Values of new columns for rows that were there before them: `manage.py backfill NAME`."""

from django.db.models import QuerySet

from clients.models import Client
from schema_changes.backfill import Backfill, register


@register
class TaxNumberHash(Backfill):
    """By which clients with the same tax number are found."""

    name = "clients_tax_id_hash"
    model = Client

    def rows(self) -> QuerySet:
        return Client.with_deleted.filter(tax_id_hash="").exclude(tax_id="")

    def fill(self, batch: QuerySet) -> None:
        for client in batch:
            client.save(update_fields=["tax_id_hash"])
