from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit import chain
from tenancy.context import OWNER, alias_for, all_tenants, surface


class Command(BaseCommand):
    help = (
        "Drop the seals over audit lines that are past their retention. Safe to run again; run it after `partitions`."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if alias_for(OWNER) not in settings.DATABASES:
            raise CommandError("Set OWNER_DATABASE_URL: seals are the owner's to drop.")
        with surface(OWNER), all_tenants(reason="retention"), transaction.atomic(using=alias_for(OWNER)):
            self.stdout.write(f"{chain.drop_old()} blocks dropped.")
