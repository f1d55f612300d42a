"""Merged clients keep the tax number they had, encrypted, in what a merge can be undone from."""

from django.db.models import QuerySet

from accounts.encryption import rotated
from accounts.key_rotation import Rotation
from clients.models import ClientMerge


class MergedClients(Rotation):
    model = ClientMerge

    def rows(self) -> QuerySet:
        return ClientMerge.objects.filter(moved__before__tax_id__gt="")

    def fill(self, batch: QuerySet) -> None:
        for merge in batch:
            before = {**merge.moved["before"], "tax_id": rotated(merge.moved["before"]["tax_id"])}
            ClientMerge.objects.filter(pk=merge.pk).update(moved={**merge.moved, "before": before})
