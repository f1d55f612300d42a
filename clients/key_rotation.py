"""Merged clients keep the tax number they had, encrypted, in what a merge can be undone from."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from accounts.encryption import decrypted, rotated
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


def readable_here(moved: dict[str, Any]) -> dict[str, Any]:
    """Without a number that was encrypted elsewhere, by keys this installation does not have."""
    before = moved.get("before", {})
    if before.get("tax_id"):
        try:
            decrypted(before["tax_id"])
        except ImproperlyConfigured:
            return {**moved, "before": {name: value for name, value in before.items() if name != "tax_id"}}
    return moved
